import { type Fields, isObject, textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';

/** Whether a GraphQL API asks a resolver; Amplify writes the field beside `arguments`. */
export const isAppSync = (event: Fields): boolean => {
  const info = isObject(event['info']) ? event['info'] : event;
  return 'identity' in event && isObject(event['request']) && textOf(info['fieldName']) !== undefined;
};

/**
 * AppSync names neither requests nor mutations. Who asked is part of the scope.
 *
 * @see https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference.html
 */
export const appSync: Source = {
  key: () => ['appsync', undefined],
  delivery: ['identity', 'request'],
  unnamed: 'AppSync gives a request no id: take one from the arguments of the field.',
};
