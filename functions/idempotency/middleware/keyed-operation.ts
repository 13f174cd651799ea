import type { IdempotencyError } from '../base/error.ts';
import { keyHeaderMissing, keyMissing } from '../base/refusals.ts';
import type { OperationOptions } from '../protocol/operation-options.ts';
import { callerAndRoute } from '../request/caller-and-route.ts';
import { captured } from '../request/comparison/captured.ts';
import { isMissing } from '../request/comparison/hole.ts';
import { fingerprintOf } from '../request/fingerprint.ts';
import type { Incoming } from '../request/incoming.ts';
import { defaultKey, withoutDefaultKey } from '../request/key/default-key.ts';
import { descriptionOf, type KeySource, readKey } from '../request/key/key.ts';
import { createUnguarded, isDefaultHeader } from '../request/key/unguarded.ts';
import { describeOperation, type Operation } from '../request/operation.ts';

export interface KeyedOperationOptions
  extends Pick<OperationOptions, 'namespace' | 'scope' | 'fingerprint' | 'leaseMs' | 'now'> {
  key?: KeySource;
  optional?: boolean;
}

/** Names a request's operation by its key; one that asks for none is left unnamed, with `optional` every one without a key. */
export const operationByKey = (options: KeyedOperationOptions) => {
  const { key = defaultKey, scope, fingerprint, optional, namespace, leaseMs, now = Date.now } = options;
  const settings = { namespace, leaseMs, now };
  const unguarded = createUnguarded(key);
  return async (incoming: Incoming): Promise<Operation | undefined> => {
    if (unguarded.beforeKey(incoming)) return undefined;
    const value = await captured(readKey(key, incoming), 'key', incoming.context);
    if (isMissing(value)) {
      if (optional || unguarded.withoutKey(incoming)) return undefined;
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
  return incoming.http && isDefaultHeader(key) ? keyHeaderMissing() : keyMissing(descriptionOf(key));
};
