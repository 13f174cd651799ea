import { keyNotSelectable, tokenMalformed, tokenMissing } from '../base/refusals.ts';
import { captured } from '../request/comparison/captured.ts';
import type { Incoming } from '../request/incoming.ts';
import { parseKeyText } from '../request/key/header-value.ts';
import { descriptionOf, isLibrarySource, type KeySource, keySource, readKey } from '../request/key/key.ts';
import type { TokenOptions } from './single-use-token-options.ts';

const headerOrQuery = keySource('the header or the query parameter token', ({ http }) => {
  const values = http?.header('token').filter((value) => value !== '') ?? [];
  const [token, ...others] = new Set(values.length > 0 ? values : http?.query().values['token']);
  if (others.length > 0) throw tokenMalformed('it was sent more than once with different values');
  return token;
});

/** Reads a request's token, and what it must be bound to. */
export const tokenReader = ({ token: source = headerOrQuery, bindTo }: TokenOptions) => {
  return async (incoming: Incoming): Promise<{ token: string; bindTo: unknown }> => {
    const found = await captured(readKey(source, incoming), 'token', incoming.context);
    const token = Array.isArray(found) && found.length === 1 ? found[0] : found; // `fromBody` and the like yield lists
    if (token === undefined || token === null || token === '') throw tokenMissing(descriptionOf(source));
    if (typeof token !== 'string') throw tokenMalformed('it is not a string');
    return { token: parseKeyText(token, tokenMalformed), bindTo: bindTo && (await readBinding(bindTo, incoming)) };
  };
};

/** A function of the user's may bind some tokens and others not; a header that a client leaves out is no such decision. */
const readBinding = async (bindTo: KeySource, incoming: Incoming): Promise<unknown> => {
  const bound = await captured(readKey(bindTo, incoming), 'bindTo', incoming.context);
  if (bound === undefined && isLibrarySource(bindTo))
    throw keyNotSelectable(new Error(`The token is bound to ${descriptionOf(bindTo)}, which the request lacks.`));
  return bound;
};
