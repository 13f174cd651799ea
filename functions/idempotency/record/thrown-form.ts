import { isJson, jsonBudget } from '../base/is-json.ts';

/** What callers read of an error wherever it stands: on the error itself, or, as `http-errors` and others have it, on its prototype. */
const readOfErrors = ['statusCode', 'status', 'expose', 'code', 'cause', 'errors', 'issues'] as const;

/** How deep, and how many, causes and aggregated errors are kept. */
const maxErrorDepth = 5;
const maxErrors = 1000;

/**
 * What was thrown, as JSON has it. Errors within an error stand apart from its other fields, each in this form again, so that a field
 * which only looks like it stays what it is.
 */
export type ThrownForm = ErrorForm | { value?: unknown };

interface ErrorForm {
  error: { name: string; message: string; [field: string]: unknown };
  nested?: Record<string, ThrownForm | ThrownForm[]>;
}

/** Of what a handler throws, everything may throw when it is read. */
const attempt = <Result>(read: () => Result): Result | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const isError = (value: unknown): value is Error => attempt(() => value instanceof Error) ?? false;

const textOr = (otherwise: string, value: unknown): string => (typeof value === 'string' ? value : otherwise);

/** Puts what was thrown into a form that JSON gives back: what it can't is left out of an error, name and message stay. */
export const toThrownForm = (
  thrown: unknown,
  left = { errors: maxErrors, ...jsonBudget() },
  around: readonly unknown[] = [],
): ThrownForm => {
  if (!isError(thrown)) return { value: thrown };
  left.errors -= 1;
  const read = (name: string): unknown => attempt(() => (thrown as unknown as Record<string, unknown>)[name]);
  const within = [...around, thrown];
  const isKept = (value: unknown): boolean =>
    isError(value) ? left.errors > 0 && within.length <= maxErrorDepth && !within.includes(value) : isJson(value, left);
  const formOf = (value: unknown): ThrownForm => toThrownForm(value, left, within);

  const fields: Record<string, unknown> = {};
  const nested: NonNullable<ErrorForm['nested']> = {};
  for (const name of new Set([...(attempt(() => Object.keys(thrown)) ?? []), ...readOfErrors])) {
    const value = read(name);
    const list = Array.isArray(value) && value.some(isError) ? value : undefined;
    if (list) nested[name] = list.flatMap((item) => (isKept(item) ? [formOf(item)] : []));
    else if (!isKept(value)) continue;
    else if (isError(value)) nested[name] = formOf(value);
    else fields[name] = value;
  }
  const error = { ...fields, name: textOr('Error', read('name')), message: textOr('', read('message')) };
  return Object.keys(nested).length > 0 ? { error, nested } : { error };
};

const isErrorForm = (value: unknown): value is ErrorForm =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { error?: { message?: unknown } }).error?.message === 'string';

/** What was thrown is no error. `undefined` has left nothing in the JSON. */
const thrownValue = (form: unknown): unknown => {
  const isOurs = typeof form === 'object' && form !== null && Object.keys(form).every((name) => name === 'value');
  if (!isOurs || Array.isArray(form)) throw new TypeError('The stored data is not a valid error.');
  return (form as { value?: unknown }).value;
};

/** @throws {TypeError} when somebody else has written what is no such form */
export const fromThrownForm = (form: unknown): unknown => {
  if (!isErrorForm(form)) return thrownValue(form);
  const { name, message, ...fields } = form.error;
  const nested = Object.entries(form.nested ?? {}).map(([field, inner]) => [
    field,
    Array.isArray(inner) ? inner.map(fromThrownForm) : fromThrownForm(inner),
  ]);
  return Object.defineProperty(Object.assign(new Error(message), fields, Object.fromEntries(nested)), 'name', {
    value: name,
    configurable: true,
    writable: true,
  });
};
