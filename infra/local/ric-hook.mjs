import { registerHooks } from 'node:module';

// The native client takes a C++ toolchain to install; all it does is three HTTP calls.
const client = new URL('./rapid-client.cjs', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === './rapid-client.node'
      ? { url: client, format: 'commonjs', shortCircuit: true }
      : nextResolve(specifier, context),
});
