import { type Fields, field, isObject, textOf } from '../../base/fields.ts';
import { areAll } from './are-all.ts';
import type { Source } from './source.ts';

/** Whether AppSync asks: for a field of a GraphQL API (Amplify writes its name beside `arguments`), or on a channel of an Event API. */
export const isAppSync = (event: unknown): event is Fields => {
  if (!isObject(event) || !('identity' in event) || !isObject(field(event['request'], 'headers'))) return false;
  const info = isObject(event['info']) ? event['info'] : event;
  return [info['fieldName'], field(info['channel'], 'path')].some((name) => textOf(name) !== undefined);
};

/** Whether AppSync asks for the same field of several objects at once, all on behalf of one GraphQL request. */
export const isAppSyncBatch = (event: unknown): event is readonly [Fields, ...Fields[]] =>
  Array.isArray(event) && areAll(event, isAppSync);

/**
 * AppSync names neither requests nor mutations, and gives the events of a channel new ids whenever they are published. Who asked
 * is part of the scope.
 *
 * @see https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference.html
 * @see https://docs.aws.amazon.com/appsync/latest/eventapi/context-reference.html
 */
export const appSync: Source = {
  key: () => ['appsync', undefined],
  isRequest: true,
  delivery: [],
  resending: ['identity', 'request', 'events.id'],
  unnamed: 'AppSync gives each retry of a request another id: take the key from what the client sends.',
};
