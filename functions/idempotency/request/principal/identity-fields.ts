import { asObject, type Fields } from '../../base/fields.ts';
import { isContainer } from '../../base/plain.ts';
import { scopeCure, unreadableCaller } from './unreadable-caller.ts';

/**
 * A text of an identity; `undefined` where there is none, which services also write as `null` or `''`.
 *
 * @throws {TypeError} when there is something else: left out, it would make two callers one
 */
export const identityText = (found: unknown, name: string): string | undefined => {
  const value = asObject(found)[name] ?? '';
  if (typeof value !== 'string') throw unreadableField(found, name);
  return value || undefined;
};

/** The same for a part of an identity that has fields of its own, which an instance of a class may not have. */
export const identityPart = (found: unknown, name: string): Fields | undefined => {
  const value = asObject(found)[name] ?? undefined;
  if (value !== undefined && !isContainer(value)) throw unreadableField(found, name);
  return value;
};

const unreadableField = (found: unknown, name: string): TypeError =>
  unreadableCaller(`The field \`${name}\` of this request’s identity`, found, scopeCure);
