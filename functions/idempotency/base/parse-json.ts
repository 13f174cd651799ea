/** Where the string that begins at a quote ends: at the next quote that follows an even number of backslashes. */
export const endOfString = (json: string, start: number): number => {
  let end = start;
  for (;;) {
    end = json.indexOf('"', end + 1);
    let before = end;
    while (json[before - 1] === '\\') before -= 1;
    if ((end - before) % 2 === 0) return end;
  }
};

const colonNext = /\s*:/y;

const isName = (json: string, end: number): boolean => {
  colonNext.lastIndex = end;
  return colonNext.test(json);
};

/** With names spelled without escapes; `undefined` where one needs them. @param json valid JSON */
const withPlainNames = (json: string): string | undefined => {
  let plain = '';
  let copied = 0;
  for (let start = json.indexOf('"'), end = 0; start >= 0; start = json.indexOf('"', end)) {
    end = endOfString(json, start) + 1;
    const spelled = json.slice(start, end);
    if (!spelled.includes('\\') || !isName(json, end)) continue;
    const name: string = JSON.parse(spelled);
    if (JSON.stringify(name).includes('\\')) return undefined;
    plain += `${json.slice(copied, start)}"${name}"`;
    copied = end;
  }
  return plain + json.slice(copied);
};

/**
 * JSON.parse, but for a bug of V8 13.6 (Node 24): once it has parsed a name that contains a backslash, it may take others for that one
 * which are spelled with an escape, so that what one caller sends changes what it reads of another's. Where such a name can't be
 * spelled otherwise (it contains a quote, a backslash or a control character), the value is not certain.
 *
 * @throws {SyntaxError} when the text is not JSON
 */
export const parseJson = (json: string): { value: unknown; isCertain: boolean } => {
  const value: unknown = JSON.parse(json);
  if (!json.includes('\\')) return { value, isCertain: true };
  const plain = withPlainNames(json);
  if (plain === undefined) return { value, isCertain: false };
  return { value: plain === json ? value : JSON.parse(plain), isCertain: true };
};

/**
 * The value that JSON.stringify has written.
 *
 * @throws {Error} when the text is not JSON, or V8 reads it as something else
 */
export const parseWritten = (json: string): unknown => {
  const { value, isCertain } = parseJson(json);
  if (isCertain || JSON.stringify(value) === json) return value;
  throw new Error('V8 reads the name of a property as another one.');
};
