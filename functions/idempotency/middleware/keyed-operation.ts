import type { IdempotencyError } from '../base/error.ts';
import { keyHeaderMissing, keyMissing } from '../base/refusals.ts';
import type { OperationOptions } from '../protocol/operation-options.ts';
import { callerAndRoute } from '../request/caller-and-route.ts';
import { isMissing } from '../request/comparison/hole.ts';
import { settled } from '../request/comparison/settled.ts';
import { fingerprintOf } from '../request/fingerprint.ts';
import type { Incoming } from '../request/incoming.ts';
import { defaultKey, withoutDefaultKey } from '../request/key/default-key.ts';
import { descriptionOf, type KeySource, readKey } from '../request/key/key.ts';
import { describeOperation, type Operation } from '../request/operation.ts';

export interface KeyedOperationOptions
  extends Pick<OperationOptions, 'namespace' | 'scope' | 'fingerprint' | 'leaseMs' | 'now'> {
  key?: KeySource;
  optional?: boolean;
}

/** Names a request's operation by its key; a request without one is refused, or with `optional` left unnamed. */
export const operationByKey = (options: KeyedOperationOptions) => {
  const { key = defaultKey, scope, fingerprint, optional, namespace, leaseMs, now = Date.now } = options;
  const settings = { namespace, leaseMs, now };
  return async (incoming: Incoming): Promise<Operation | undefined> => {
    const value = await settled(await readKey(key, incoming));
    if (isMissing(value)) {
      if (optional) return undefined;
      throw lacking(key, incoming);
    }
    const reading = {
      identity: { key: value as NonNullable<unknown> },
      scope: () => (scope ? readKey(scope, incoming) : callerAndRoute(incoming.event)),
      fingerprint: () => fingerprintOf(incoming, fingerprint),
      context: incoming.context,
    };
    return describeOperation(reading, settings);
  };
};

const lacking = (key: KeySource, incoming: Incoming): IdempotencyError => {
  if (key === defaultKey) return withoutDefaultKey(incoming);
  const place = descriptionOf(key);
  return incoming.http && /^the header idempotency-key$/i.test(place) ? keyHeaderMissing() : keyMissing(place);
};
