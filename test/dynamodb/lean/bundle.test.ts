import { describe, expect, it } from 'vitest';
import { bundleClient, runWithClient } from './client-bundle.ts';
import { credentials, getInput, ok, region, startServer } from './harness.ts';

describe('in one file', () => {
  it('nothing is with it, and it is less than 13.5 KB', async () => {
    const { inputs, bytes } = await bundleClient();
    expect(inputs.filter((path) => path.includes('node_modules'))).toEqual([]);
    expect(bytes).toBeLessThan(13_500);
  });

  it('an ES module calls DynamoDB, and lets the process end', async () => {
    const { endpoint, requests } = await startServer(ok);
    const printed = await runWithClient(
      `import { leanClient } from './client.mjs';
      const client = leanClient(${JSON.stringify({ endpoint, region, credentials })});
      const { $metadata } = await client.getItem(${JSON.stringify(getInput)});
      console.log($metadata.httpStatusCode);`,
    );
    expect(printed).toBe('200\n');
    // Neither an idle connection nor a timer has held the process: it would have been killed.
    expect(requests[0]?.headers.authorization).toContain('Signature=');
  });

  it('loading it does not load undici, which an import of `node:http` does', async () => {
    const printed = await runWithClient(
      `import { leanClient } from './client.mjs';
      leanClient({ region: '${region}' });
      console.log(process.moduleLoadList.filter((name) => name.includes('undici')).length);`,
    );
    expect(printed).toBe('0\n');
  });

  it('a CommonJS module works too', async () => {
    const { code } = await bundleClient({ format: 'cjs' });
    const module = { exports: {} as Record<string, unknown> };
    new Function('module', 'exports', 'require', code)(module, module.exports, process.getBuiltinModule);
    expect(module.exports).toHaveProperty('leanClient', expect.any(Function));
  });
});
