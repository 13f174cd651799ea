import { asObject } from '../../base/fields.ts';

/** What to do where nothing else is known to help. */
export const scopeCure = 'Set the option `scope` to a function that names the caller, and the route: `routeOf(event)`.';

/** The refusal of an identity that tells no callers apart. It names the fields that were found, never their values. */
export const unreadableCaller = (what: string, found: unknown, cure: string): TypeError => {
  const fields = asObject(found);
  const names = Object.keys(fields).filter((name) => fields[name] != null);
  return new TypeError(`${what} does not identify the caller (found: ${names.join(', ') || 'nothing'}). ${cure}`);
};
