import type { Put } from '@aws-sdk/client-dynamodb';
import { itemSize } from './item-size.ts';
import type { PendingWrite } from './pending-write.ts';

/** DynamoDB's limits for one transaction. */
const maxItems = 100;
const maxBytes = 4 * 1024 * 1024;

/** @throws {RangeError} when the writes of a request are more, or larger, than one transaction takes */
export const checkTransaction = (writes: readonly PendingWrite[], record: Put | undefined): void => {
  const puts = [...writes.map(({ request }) => request.Put), record];
  const count = writes.length + (record ? 1 : 0);
  if (count > maxItems) {
    const guards = writes.filter(({ isGuard }) => isGuard).length;
    const parts = [
      `${writes.length - guards} writes`,
      ...(guards > 0 ? [`${guards} guards of unique values`] : []),
      ...(record ? ['the record'] : []),
    ];
    throw new RangeError(
      `writes: ${parts.join(', ')} are ${count} items, but one DynamoDB transaction takes at most ${maxItems} items. Spread them over several requests.`,
    );
  }
  const bytes = puts.reduce((sum, put) => sum + itemSize(put?.Item ?? {}), 0);
  if (bytes > maxBytes) {
    throw new RangeError(
      `writes: the items that one request puts are ${bytes} bytes, but one DynamoDB transaction takes at most ${maxBytes}. Spread them over several requests.`,
    );
  }
};
