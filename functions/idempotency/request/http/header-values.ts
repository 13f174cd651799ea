import { asObject, type Fields, field } from '../../base/fields.ts';

/** Every value of a header of an HTTP event, in whichever of the two places the service puts them; its name in any case. */
export const headerValues = (event: unknown, name: string): string[] => {
  const repeated = named(asObject(field(event, 'multiValueHeaders')), name.toLowerCase());
  return repeated.length > 0 ? repeated : named(asObject(field(event, 'headers')), name.toLowerCase());
};

const named = (headers: Fields, wanted: string): string[] =>
  Object.keys(headers)
    .filter((name) => name.length === wanted.length && name.toLowerCase() === wanted)
    .flatMap((name) => headers[name])
    .filter((value) => typeof value === 'string');
