import { hasToJson, isJson, jsonIf } from '../../base/is-json.ts';
import { parseWritten } from '../../base/parse-json.ts';
import { isContainer, isRawJson } from '../../base/plain.ts';
import { hidesFields, hidesState } from '../comparison/instance-text.ts';

/**
 * A response in the form of the JSON that Lambda sends, so that who shapes it outside finds the same the first time as in a replay: dates
 * are text, and what has a `toJSON` of its own is what that gives.
 *
 * What holds more than JSON could say (bytes, a Map, a promise) stays as it is, for the first caller alone.
 */
export const asSent = (response: unknown): unknown => {
  if (isJson(response)) return response;
  try {
    return parseWritten(jsonIf(isWritten, response) as string);
  } catch {
    return response;
  }
};

const isWritten = (part: unknown): boolean => {
  if (typeof part !== 'object' || part === null) return !/^(function|symbol|bigint)$/.test(typeof part);
  // That of a Buffer, a list of numbers, is nothing that anybody would send.
  if (Symbol.asyncIterator in part || ArrayBuffer.isView(part) || isRawJson(part)) return false;
  return isContainer(part) || hasToJson(part) || isOpen(part);
};

/** An instance whose content is in its properties. */
const isOpen = (instance: object): boolean =>
  Object.keys(instance).length > 0 && !hidesState(instance) && !hidesFields(instance);
