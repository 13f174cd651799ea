/** What all copies of this library in a process have in common, made by the first of them: a layer and a bundle may have one each. */
export const oneOfProcess = <Value>(name: string, make: () => Value): Value => {
  const key = Symbol.for(`middy-idempotency.${name}`);
  const shared = globalThis as { [key]?: Value };
  shared[key] ??= make();
  return shared[key];
};
