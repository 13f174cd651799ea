/** What an option must be: a test, and the words for the error message. */
export interface OptionRule {
  is: (value: NonNullable<unknown>) => boolean;
  expected: string;
}

export const isFunction: OptionRule = { is: (value) => typeof value === 'function', expected: 'a function' };
export const isBoolean: OptionRule = { is: (value) => typeof value === 'boolean', expected: 'true or false' };
export const isNonEmptyString: OptionRule = {
  is: (value) => typeof value === 'string' && value !== '',
  expected: 'a non-empty string',
};
export const isNamespace: OptionRule = {
  is: (value) => typeof value === 'string' && value !== '' && value.length <= 128,
  expected: 'a string of 1 to 128 characters',
};

export const isOneOf = (...values: readonly string[]): OptionRule => ({
  is: (value) => values.includes(value as string),
  expected: values.map((value) => `'${value}'`).join(' or '),
});

export const isIntegerBetween = (min: number, max: number): OptionRule => ({
  is: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
  expected: `a whole number from ${min} to ${max}`,
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
export const checkOptions = (owner: string, options: object, rules: Readonly<Record<string, OptionRule>>): void => {
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
