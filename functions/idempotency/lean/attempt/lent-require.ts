/**
 * aws4 is CommonJS. In a bundle of ES modules its `require('crypto')` becomes esbuild's, which throws unless there is a global
 * `require`: it gets one for as long as it loads, so that nobody has to set a banner in their bundler.
 */
const scope: { require?: unknown } = globalThis;
const isMissing = scope.require === undefined;
if (isMissing) scope.require = process.getBuiltinModule;

export const takeRequireBack = (): void => {
  if (isMissing) delete scope.require;
};
