import { everyPart, hasToJson, isJson } from '../../base/is-json.ts';
import { isContainer } from '../../base/plain.ts';
import { hidesState } from '../comparison/instance-text.ts';

/**
 * A response in the form of the JSON that Lambda sends, so that who shapes it outside finds the same the first time as in a replay: dates
 * are text, and what has a `toJSON` of its own is what that gives.
 *
 * What holds more than JSON could say (bytes, a Map, a promise) stays as it is, for the first caller alone.
 */
export const asSent = (response: unknown): unknown => {
  if (response === undefined || isJson(response) || !everyPart(response, isWritten)) return response;
  try {
    return JSON.parse(JSON.stringify(response));
  } catch {
    return response;
  }
};

const isWritten = (part: unknown): boolean => {
  switch (typeof part) {
    case 'object':
      return part === null || (!isStream(part) && (isContainer(part) || speaks(part) || isOpen(part)));
    case 'undefined':
    case 'number':
    case 'string':
    case 'boolean':
      return true;
    default:
      return false;
  }
};

const isStream = (object: object): boolean => Symbol.asyncIterator in object;

/** Whether an instance has a form of its own for JSON; that of a Buffer, a list of numbers, is nothing that anybody would send. */
const speaks = (instance: object): boolean => hasToJson(instance) && !ArrayBuffer.isView(instance);

/** An instance whose content is in its properties. */
const isOpen = (instance: object): boolean => Object.keys(instance).length > 0 && !hidesState(instance);
