import { describe, expect, it } from 'vitest';
import { bundleClient, runWithClient } from './client-bundle.ts';
import { credentials, getInput, ok, region, startServer } from './harness.ts';

describe('in one file', () => {
  it('nothing of the AWS SDK is with it, and it is small', async () => {
    const { inputs } = await bundleClient();
    expect(inputs.filter((path) => /@aws-sdk|@smithy/.test(path))).toEqual([]);
    expect(inputs.filter((path) => path.includes('node_modules')).every((path) => path.includes('/aws4/'))).toBe(true);
    const { bytes } = await bundleClient({ external: ['aws4'] });
    expect(bytes).toBeLessThan(10_500);
  });

  it('an ES module without a banner calls DynamoDB, leaves no global `require`, and lets the process end', async () => {
    const { endpoint, requests } = await startServer(ok);
    const startedMs = Date.now();
    const printed = await runWithClient(
      `import { leanClient } from './client.mjs';
      const client = leanClient(${JSON.stringify({ endpoint, region, credentials })});
      const { $metadata } = await client.getItem(${JSON.stringify(getInput)});
      console.log(JSON.stringify([$metadata.httpStatusCode, typeof globalThis.require]));`,
    );
    expect(JSON.parse(printed)).toEqual([200, 'undefined']);
    expect(requests[0]?.headers.authorization).toContain('Signature=');
    // Neither an idle connection nor a timer has held it.
    expect(Date.now() - startedMs).toBeLessThan(3000);
  });

  it('a CommonJS module works too', async () => {
    const { code } = await bundleClient({ format: 'cjs' });
    const module = { exports: {} as Record<string, unknown> };
    new Function('module', 'exports', 'require', code)(module, module.exports, process.getBuiltinModule);
    expect(module.exports).toHaveProperty('leanClient', expect.any(Function));
  });
});
