import { PowertoolsFunctions } from '@aws-lambda-powertools/jmespath/functions';
import { parseJson } from '../../base/parse-json.ts';
import { inexactNumbers } from '../../request/comparison/json-numbers.ts';

type JmesPathFunction = (args: unknown[]) => unknown;

/** As Powertools checks it around its own. */
const ofText =
  (read: (text: string) => unknown): JmesPathFunction =>
  ([text]) => {
    if (typeof text !== 'string') throw new TypeError('The function takes a string.');
    return read(text);
  };

/**
 * What takes the place of Powertools' own functions, also where a class of yours inherits them: as they are, but for what a hostile text
 * would make of them.
 *
 * @param inexact gets the numbers of the texts that a double can't hold
 */
export const exactFunctions = (inexact: Set<number>): ReadonlyMap<unknown, JmesPathFunction> => {
  const { funcPowertoolsJson, funcPowertoolsBase64, funcPowertoolsBase64Gzip } = PowertoolsFunctions.prototype;
  return new Map<unknown, JmesPathFunction>([
    [
      funcPowertoolsJson,
      ofText((json) => {
        const { value, isCertain } = parseJson(json);
        if (!isCertain) throw new Error('V8 may read a property’s name as another one.');
        for (const number of inexactNumbers(json)) inexact.add(number);
        return value;
      }),
    ],
    [funcPowertoolsBase64, ofText((text) => decodeText(bytesOf(text)))],
    [
      funcPowertoolsBase64Gzip,
      ofText((text) => {
        const { gunzipSync } = process.getBuiltinModule('node:zlib');
        return decodeText(gunzipSync(bytesOf(text), { maxOutputLength: maxInflatedBytes }));
      }),
    ],
  ]);
};

/** @throws {TypeError} for a text that is no base64, of which Node would read what is left without the rest */
const bytesOf = (base64: string): Uint8Array => {
  if (base64.length % 4 !== 0 || !/^[a-z0-9+/]*={0,2}$/i.test(base64)) throw new TypeError('The text is no base64.');
  return Buffer.from(base64, 'base64');
};

/** @throws {TypeError} for bytes that are no text, or begin with a byte order mark: they would be the same as others */
const decodeText = (bytes: Uint8Array): string => {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  if (text.startsWith('\ufeff')) throw new TypeError('The text begins with a byte order mark.');
  return text;
};

/** Six times what Lambda takes. */
const maxInflatedBytes = 2 ** 25;
