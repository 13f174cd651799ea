import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

// The native client takes a C++ toolchain to install; all it does is three HTTP calls.
const client = new URL('./rapid-client.cjs', import.meta.url).href;

// The runtime imports the handler's module by its path: as a URL, `#`, `%` and `?` would mean something else in it.
const bundle = process.env.LAMBDA_TASK_ROOT;

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier === './rapid-client.node') return { url: client, format: 'commonjs', shortCircuit: true };
    return nextResolve(specifier.startsWith(bundle) ? pathToFileURL(specifier).href : specifier, context);
  },
});
