import type { FunctionModel } from './model.ts';

/** Overrides variables in the functions that define them; one that no function defines would change nothing. */
export function overrideEnvironment(functions: FunctionModel[], overrides: Record<string, string>): FunctionModel[] {
  const defined = new Set(functions.flatMap(({ environment }) => Object.keys(environment)));
  for (const name of Object.keys(overrides)) {
    if (defined.has(name)) continue;
    throw new Error(`no function of the template defines ${name}; defined are: ${[...defined].sort().join(', ')}`);
  }
  return functions.map((fn) => {
    const own = Object.entries(overrides).filter(([name]) => name in fn.environment);
    return { ...fn, environment: { ...fn.environment, ...Object.fromEntries(own) } };
  });
}
