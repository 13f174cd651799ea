import { isObject } from '../../base/fields.ts';

/** A request of the Fetch API, or Node's own, also as Express extends it, or as one is made for a test. */
const isPlainRequest = (value: unknown): boolean =>
  isObject(value) &&
  (Object.prototype.toString.call(value) === '[object Request]' ||
    ('socket' in value && ('rawHeaders' in value || 'httpVersion' in value)));

/** A request as web frameworks have it, or the context around one: Fastify's `raw`, Hono's `req.raw`, hapi's `raw.req`, Koa's `req`. */
export const isFrameworkRequest = (arg: unknown): boolean => {
  if (!isObject(arg)) return false;
  try {
    const { raw, req } = arg;
    return [arg, raw, req, isObject(req) && req['raw'], isObject(raw) && raw['req']].some(isPlainRequest);
  } catch {
    return false; // what can't be read is refused where it is compared
  }
};
