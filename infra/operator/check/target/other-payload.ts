/** The first number or text in JSON, with another in its place; `undefined` where there is neither. */
const changed = (value: unknown): unknown => {
  if (typeof value === 'number') return value + 1;
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value);
  for (const [name, inner] of entries) {
    const other = changed(inner);
    if (other === undefined) continue;
    if (Array.isArray(value)) return value.with(Number(name), other);
    return { ...value, [name]: other };
  }
  return undefined;
};

const changedText = (value: unknown): unknown => {
  if (typeof value === 'string') return `${value}x`;
  if (typeof value !== 'object' || value === null) return undefined;
  const found = Object.entries(value).findLast(([, inner]) => changedText(inner) !== undefined);
  if (!found) return undefined;
  const [name, inner] = found;
  return Array.isArray(value) ? value.with(Number(name), changedText(inner)) : { ...value, [name]: changedText(inner) };
};

/** Another payload of the same form: its first number is one more, or where there is none its last text longer. */
export const otherPayload = (body: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(body);
    const other = changed(value) ?? changedText(value);
    return other === undefined ? undefined : JSON.stringify(other);
  } catch {
    return undefined;
  }
};

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, reversed(inner)]),
  );
};

/** The same JSON with its members the other way round, and other white space; `undefined` where there is none to reorder. */
export const reordered = (body: string): string | undefined => {
  try {
    const text = JSON.stringify(reversed(JSON.parse(body)), undefined, 2);
    return text === body ? undefined : text;
  } catch {
    return undefined;
  }
};
