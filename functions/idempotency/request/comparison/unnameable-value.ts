/** Longer paths are cut, because names in them may come from a request, and the message ends up in logs and responses. */
const maxPathLength = 200;

/** A value, or a part of one, that has no text of its own. */
export class UnnameableValue extends Error {
  override readonly name = 'UnnameableValue';
  /** Where the part is, to be put behind what the whole is called: `[1].id`; empty for the whole. */
  readonly path: string;
  /** What is wrong with it, to be put behind the path: `is a Set`. */
  readonly what: string;

  constructor(path: readonly PropertyKey[], what: string, cause?: unknown) {
    const text = path.map(step).join('').slice(0, maxPathLength);
    super(`value${text} ${what}`, { cause });
    this.path = text;
    this.what = what;
  }
}

const step = (key: PropertyKey): string => {
  if (typeof key !== 'string') return `[${String(key)}]`;
  return /^[a-z_$][\w$]*$/i.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, maxPathLength))}]`;
};
