/**
 * An input as DynamoDB's JSON has it: bytes as base64. Only what holds bytes is copied, and only the way down to them.
 */
export const toWire = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  }
  const fields = value as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  for (const name in fields) {
    const field = fields[name];
    if (typeof field !== 'object') continue;
    const wire = toWire(field);
    if (wire === field) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    copy[name] = wire;
  }
  return copy ?? value;
};

/** An answer's fields, bytes as `Uint8Array`; `undefined` if the text is no JSON object. */
export const fromWire = (text: string): Record<string, unknown> | undefined => {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    // Its message quotes the text, which may hold what nobody should read in a log.
    return undefined;
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return undefined;
  // Most answers hold no bytes, and need no walk.
  if (/"BS?"/.test(text)) decodeBytes(fields);
  return fields as Record<string, unknown>;
};

/** An attribute that is itself named `B` or `BS` holds an object: a string, or an array of them, can only be bytes. */
const decodeBytes = (value: object): void => {
  const fields = value as Record<string, unknown>;
  for (const name in fields) {
    const field = fields[name];
    if (name === 'B' && typeof field === 'string') fields[name] = bytes(field);
    else if (name === 'BS' && Array.isArray(field)) fields[name] = field.map(bytes);
    else if (typeof field === 'object' && field !== null) decodeBytes(field);
  }
};

/** A copy, because a `Buffer` is not deeply equal to the `Uint8Array` that was written. */
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
