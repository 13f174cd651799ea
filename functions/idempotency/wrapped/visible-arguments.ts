/**
 * How many of its arguments a function can see, as far as its source tells; in doubt, all. `length` alone doesn't tell: it counts
 * neither a rest nor what has a default, and a function may read `arguments`.
 *
 * One that declares none may be a stand-in for one that does, so it counts as seeing all.
 */
export const visibleArguments = (fn: (...args: never) => unknown): number => {
  const source = Function.prototype.toString.call(fn);
  const isPlain = plainParameters.test(source) && !/\barguments\b|\[native code\]/.test(source);
  return isPlain && fn.length > 0 ? fn.length : Number.POSITIVE_INFINITY;
};

/** `id =>`, `async ({ id }, amount) =>`, `function pay(order) {`, `pay(order) {`: no default, rest, string or comment. */
const plainParameters =
  /^(?:async\b)?\s*(?:(?:function\b)?\s*\*?\s*[\w$#]*\s*\([\w$\s,{}[\]:]*\)\s*(?:=>|\{)|[\w$]+\s*=>)/;
