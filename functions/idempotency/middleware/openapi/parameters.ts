import { descriptionOf, type KeySource } from '../../request/key/key.ts';
import type { OpenApiParameter } from './open-api.ts';

/** What clients do best to send: printable ASCII, bare or as a string of structured fields. */
const keyPattern = String.raw`^("([ !#-\[\]-~]|\\["\\]){1,255}"|[!#-+\--~]([ -+\--~]{0,253}[!-+\--~])?)$`;

const keySchema = { type: 'string', pattern: keyPattern, examples: ['"8e03978e-40d5-43e8-bc93-6894a57f9324"'] };

export const defaultKeyParameter = (required: boolean): OpenApiParameter =>
  headerParameter('Idempotency-Key', required);

const headerParameter = (name: string, required: boolean): OpenApiParameter => ({
  name,
  in: 'header',
  required,
  description: 'Names the operation: the same in each try of one request, and in no other request. A UUID is best.',
  schema: keySchema,
});

const tokenParameter = (place: 'header' | 'query', name: string, required: boolean): OpenApiParameter => ({
  name,
  in: place,
  required,
  description: `A token that is good for one request.${required ? '' : ' In the header, or in the query.'}`,
  schema: { type: 'string', minLength: 1, maxLength: 514 },
});

export const defaultTokenParameters = (): OpenApiParameter[] => [
  tokenParameter('header', 'token', false),
  tokenParameter('query', 'token', false),
];

/** What a source of this library's reads, by the words that its refusals have for it. */
const placesOf = (source: KeySource): { place: 'header' | 'query'; name: string }[] => {
  const description = descriptionOf(source);
  const found = [...description.matchAll(/(?<=^|, )the (header|query parameter) ([^\s,]+)/g)];
  return found.map(([, place, name = '']) => ({ place: place === 'header' ? 'header' : 'query', name }));
};

/** The headers that a key is made of. What else it is made of is the operation's own, and described there. */
export const keyParameters = (key: KeySource, required: boolean): OpenApiParameter[] =>
  placesOf(key).flatMap(({ place, name }) => (place === 'header' ? [headerParameter(name, required)] : []));

export const tokenParameters = (token: KeySource): OpenApiParameter[] =>
  placesOf(token).map(({ place, name }) => tokenParameter(place, name, true));
