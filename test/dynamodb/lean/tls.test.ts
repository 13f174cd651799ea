import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { leanClient } from '../../../functions/idempotency/entries/lean.ts';
import { reasonToSkip } from '../../support/machine.ts';
import { run, runWithClient } from './client-bundle.ts';
import { credentials, errorOf, getInput, leanAt, region } from './harness.ts';

const withoutOpenssl = await reasonToSkip('openssl');

describe('a server whose certificate it signed itself', () => {
  let folder: string;
  let certificate: string;
  let server: Server;
  let endpoint: string;
  let requests = 0;

  beforeEach(({ skip }) => skip(withoutOpenssl !== undefined, withoutOpenssl));
  beforeAll(async () => {
    if (withoutOpenssl) return;
    folder = await mkdtemp(join(tmpdir(), 'lean-tls-'));
    certificate = join(folder, 'certificate.pem');
    const key = join(folder, 'key.pem');
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    await run('openssl', [
      'req',
      '-x509',
      ...ec,
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      key,
      '-out',
      certificate,
    ]);
    server = createServer({ cert: await readFile(certificate), key: await readFile(key) }, (_request, response) => {
      requests += 1;
      response.end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    if (withoutOpenssl) return;
    server.close();
    await rm(folder, { recursive: true });
  });
  afterEach(() => vi.unstubAllEnvs());

  it('G36: is refused at once, and is sent nothing', async () => {
    const failures: unknown[] = [];
    const call = leanAt(endpoint).getItem(getInput, { onFailedTry: (failure) => failures.push(failure) });
    expect(await errorOf(call)).toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      message: expect.stringContaining('self-signed certificate'),
      $metadata: { attempts: 1 },
    });
    expect(failures).toHaveLength(1);
    expect(requests).toBe(0);
  });

  it('G36: is refused even where the environment turns the check off for all of Node', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    expect((await errorOf(leanAt(endpoint).getItem(getInput))).code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(requests).toBe(0);
  });

  it('G36: is refused as the endpoint of a container’s credentials too, and is sent no token', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', endpoint);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'the-token');
    const error = await errorOf(leanClient({ region }).getItem(getInput));
    expect(error).toMatchObject({
      name: 'CredentialsProviderError',
      message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    });
    expect(requests).toBe(0);
  });

  it('is trusted where the environment names its certificate, and the connection is kept', async () => {
    let connections = 0;
    server.on('secureConnection', () => {
      connections += 1;
    });
    const printed = await runWithClient(
      `import { leanClient } from './client.mjs';
      const client = leanClient(${JSON.stringify({ endpoint, region, credentials })});
      for (const _ of [1, 2]) console.log((await client.getItem(${JSON.stringify(getInput)})).$metadata.httpStatusCode);`,
      { NODE_EXTRA_CA_CERTS: certificate },
    );
    expect(printed).toBe('200\n200\n');
    expect([requests, connections]).toEqual([2, 1]);
  });
});
