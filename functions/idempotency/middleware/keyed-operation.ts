import type { Context } from 'aws-lambda';
import type { IdempotencyError } from '../base/error.ts';
import { keyHeaderMissing, keyMissing } from '../protocol/refusal.ts';
import { toHttpRequest } from '../request/http/request.ts';
import { keyOfEvent, withoutDefaultKey } from '../request/key/default-key.ts';
import { descriptionOf, isMissing, type KeySource } from '../request/key/key.ts';
import { describeOperation, type Operation } from '../request/operation.ts';
import { principalOf } from '../request/principal.ts';
import { type OperationOptions, resolveOperationSettings } from './options.ts';

export interface KeyedOperationOptions extends OperationOptions {
  key: KeySource | undefined;
  optional: boolean | undefined;
}

/** The caller and the route: a key is only ever compared with keys of the same caller on the same route. */
export const callerAndRoute: KeySource = (event) => ({
  principal: principalOf(event),
  route: toHttpRequest(event)?.route ?? null,
});

/** Names a request's operation by its key; a request without one is refused, or with `optional` left unnamed. */
export const operationByKey = ({ key = keyOfEvent, optional, ...options }: KeyedOperationOptions) => {
  const settings = resolveOperationSettings(options, callerAndRoute);
  return async (event: unknown, context: Context): Promise<Operation | undefined> => {
    const value = await key(event, context);
    if (!isMissing(value)) return describeOperation({ key: value as NonNullable<unknown> }, event, context, settings);
    if (optional) return undefined;
    throw lacking(key, event);
  };
};

const lacking = (key: KeySource, event: unknown): IdempotencyError => {
  if (key === keyOfEvent) return withoutDefaultKey(event);
  const place = descriptionOf(key);
  return toHttpRequest(event) && /^the header idempotency-key$/i.test(place) ? keyHeaderMissing() : keyMissing(place);
};
