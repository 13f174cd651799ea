/**
 * How many of its arguments a function can see, as far as its source tells; in doubt, all. `length` doesn't tell: anybody may redefine it,
 * it counts neither a rest nor what has a default, and a function may read `arguments`.
 *
 * One that declares none may be a stand-in for one that does, so it counts as seeing all.
 */
export const visibleArguments = (fn: (...args: never) => unknown): number => {
  const source = Function.prototype.toString.call(fn);
  if (readsAll.test(source)) return Number.POSITIVE_INFINITY;
  const { list, only } = plainParameters.exec(source)?.groups ?? {};
  return (only ? 1 : declared(list ?? '')) || Number.POSITIVE_INFINITY;
};

/** `arguments` or `eval`, also where a letter of it is written as an escape; and no source. */
const readsAll = /\b(?:arguments|eval)\b|\\u\{?0*(?:6[157cde]|7[2-6])|\[native code\]/i;

/** `id =>`, `async ({ id }, amount) =>`, `function pay(order) {`, `pay(order) {`: no default, rest, string or comment. */
const plainParameters =
  /^(?:async\b)?\s*(?:(?:function\b)?\s*\*?\s*[\w$#]*\s*\((?<list>[\w$\s,{}[\]:]*)\)\s*(?:=>|\{)|(?<only>[\w$]+)\s*=>)/;

/** How many parameters a list has that are no part of a pattern. */
const declared = (list: string): number => {
  let depth = 0;
  let parameters = '';
  for (const character of list) {
    if ('{['.includes(character)) depth += 1;
    if (depth === 0 || character !== ',') parameters += character;
    if ('}]'.includes(character)) depth -= 1;
  }
  return parameters.split(',').filter((parameter) => parameter.trim() !== '').length;
};
