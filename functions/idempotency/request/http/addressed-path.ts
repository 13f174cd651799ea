import { type Fields, field, textOf } from '../../base/fields.ts';
import { textField } from './event-fields.ts';

/**
 * The route of a format 1.0 event with all that the caller wrote before it: the stage, or the base path of a custom domain name.
 * `requestContext.path` begins with that, `resource` does not; how much it is follows from how long the route's own path is.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
 */
export const addressedPath = (event: Fields): string => {
  const path = textField(event['requestContext'], 'path', 'event.requestContext') ?? String(event['path']);
  const resource = textField(event, 'resource');
  if (!resource?.startsWith('/')) return path;

  const [called, route] = [segments(path), segments(resource)];
  const greedy = /^\{(.+)\+\}$/.exec(route.at(-1) ?? '')?.[1];
  const rest = greedy === undefined ? [] : segments(textOf(field(event['pathParameters'], greedy)) ?? '');
  const fixed = greedy === undefined ? route : route.slice(0, -1);
  const own = called.slice(called.length - fixed.length - rest.length);
  const fits =
    own.length === fixed.length + rest.length &&
    fixed.every((part, index) => part.startsWith('{') || part === own[index]) &&
    rest.every((part, index) => plain(part) === plain(own[fixed.length + index] ?? ''));
  // A path that does not fit its route is taken as it is: that never makes two routes one.
  return fits ? `/${[...called.slice(0, called.length - own.length), ...route].join('/')}` : path;
};

const segments = (path: string): string[] => path.split('/').filter((part) => part !== '');

const plain = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};
