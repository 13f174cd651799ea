import type { Context } from 'aws-lambda';
import { principalOf } from '../http/principal.ts';
import { toHttpRequest } from '../http/request.ts';
import { descriptionOf, isMissing, type KeySource } from '../key/key.ts';
import { describeOperation, type Operation } from '../operation.ts';
import { keyHeaderMissing, keyMissing } from '../refusal.ts';
import { type OperationOptions, resolveOperationSettings } from './options.ts';

export interface KeyedOperationOptions extends OperationOptions {
  key: KeySource;
  optional: boolean | undefined;
}

/** The caller and the route: a key is only ever compared with keys of the same caller on the same route. */
const callerAndRoute: KeySource = (event) => ({
  principal: principalOf(event),
  route: toHttpRequest(event)?.route ?? null,
});

/** Names a request's operation by its key; a request without one is refused, or with `optional` left unnamed. */
export const operationByKey = ({ key, optional, ...options }: KeyedOperationOptions) => {
  const settings = resolveOperationSettings(options, callerAndRoute);
  return async (event: unknown, context: Context): Promise<Operation | undefined> => {
    const value = await key(event, context);
    if (!isMissing(value)) return describeOperation({ key: value as NonNullable<unknown> }, event, context, settings);
    if (optional) return undefined;
    const place = descriptionOf(key);
    throw /^the header idempotency-key$/i.test(place) && toHttpRequest(event) ? keyHeaderMissing() : keyMissing(place);
  };
};
