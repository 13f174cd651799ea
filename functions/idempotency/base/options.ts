/** What an option must be: a test, and the words for the error message. */
export interface OptionRule {
  is: (value: NonNullable<unknown>) => boolean;
  expected: string;
}

/** One option: the type of its value, and what holds when the function loads. */
export interface Option<out Value> extends OptionRule {
  /** Never there: only for the compiler. */
  readonly value?: Value;
}

export const option = <Value>(rule: OptionRule): Option<Value> => rule;

/** The options of a list, as their users pass them: the list is their type, their documentation, and their check at load. */
export type OptionsOf<List> = {
  [Name in keyof List]?: List[Name] extends Option<infer Value> ? Value : never;
};

/** A check for every option of a type, and for no other. */
export type ChecksOf<Options> = Readonly<Record<keyof Required<Options>, OptionRule>>;

export const isFunction: OptionRule = { is: (value) => typeof value === 'function', expected: 'a function' };
export const isBoolean: OptionRule = { is: (value) => typeof value === 'boolean', expected: 'true or false' };
export const isNonEmptyString: OptionRule = {
  is: (value) => typeof value === 'string' && value !== '',
  expected: 'a non-empty string',
};
/**
 * What record ids begin with, up to a `#`; `/` is between a namespace and a name in it. Lone surrogates are all the same in UTF-8, in
 * which databases keep ids.
 */
export const isNamespace: OptionRule = {
  is: (value) => typeof value === 'string' && value.length <= 128 && /^[^#/\p{Control}\p{Surrogate}]+$/u.test(value),
  expected: 'a string of 1 to 128 characters other than # and /, control characters and lone surrogates',
};

export const isOneOf = (...values: readonly string[]): OptionRule => ({
  is: (value) => values.includes(value as string),
  expected: values.map((value) => `'${value}'`).join(' or '),
});

export const isAnything: OptionRule = { is: () => true, expected: 'a value' };

export const isIntegerBetween = (min: number, max: number): OptionRule => ({
  is: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
  expected: `a whole number from ${min} to ${max}`,
});

export const isObjectOf = (rules: Readonly<Record<string, OptionRule>>, expected: string): OptionRule => ({
  is: (value) =>
    typeof value === 'object' &&
    Object.keys(value).every((name) => Object.hasOwn(rules, name)) &&
    Object.entries(rules).every(([name, { is }]) => is((value as Record<string, unknown>)[name] ?? '')),
  expected,
});

export const hasMethods = (...methods: readonly string[]): OptionRule => ({
  is: (value) =>
    typeof value === 'object' &&
    methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function'),
  expected: `an object with the methods ${methods.join(', ')}`,
});

/**
 * Refuses unknown and wrong options by name, when the function loads rather than at the first request.
 *
 * An explicit `undefined` means the default.
 *
 * @throws {TypeError} that names the option, what it must be and what it was
 */
export const checkOptions = <Options extends object>(
  owner: string,
  options: Options,
  checks: ChecksOf<NoInfer<Options>>,
): void => {
  const rules: Readonly<Record<string, OptionRule>> = checks;
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${owner}: the options must be an object, not ${show(options)}.`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) {
      throw new TypeError(`${owner}: unknown option \`${name}\`. Known options: ${Object.keys(rules).join(', ')}.`);
    }
    const rule = rules[name];
    if (rule && value !== undefined && (value === null || !rule.is(value))) {
      throw new TypeError(`${owner}: option \`${name}\` must be ${rule.expected}, not ${show(value)}.`);
    }
  }
};

const show = (value: unknown): string => {
  if (typeof value === 'string') return `'${value.slice(0, 40)}'`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
};
