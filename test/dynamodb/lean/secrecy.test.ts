import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leanClient } from '../../../functions/idempotency/dynamodb/api/lean/lean-client.ts';
import { disconnect, errorOf, getInput, hang, json, leanAt, type Reply, region, startServer, text } from './harness.ts';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: `FwoGZXIvYXdzE/${'session/Token+'.repeat(10)}==`,
};

const containerToken = 'the-token-of-the-container-0123456789';

/** Parts too: an error must not have half of one either. */
const secrets = ['wJalrXUt', 'bPxRfiCYEXAMPLEKEY', 'FwoGZXIv', 'session/Token', 'session\\/Token', containerToken];

const expectNoSecret = (error: unknown): void => {
  const shown = `${inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })} ${JSON.stringify(error)} ${(error as Error).stack}`;
  for (const secret of secrets) expect(shown).not.toContain(secret);
  // Nor a signature.
  expect(shown).not.toMatch(/Signature=[0-9a-f]|[0-9a-f]{64}/);
};

beforeEach(() => {
  for (const name of Object.keys(process.env).filter((key) => key.startsWith('AWS_'))) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

/** All that the server was sent, in the ways that a server or a proxy may give it back. */
const echoes: [string, (headers: string) => Reply][] = [
  [
    'AWS’s answer to a wrong signature',
    (sent) =>
      json(403, { __type: 'x#InvalidSignatureException', message: `The Canonical String should have been '${sent}'` }),
  ],
  [
    'a message with escapes',
    (sent) => text(403, JSON.stringify({ Message: sent }).replaceAll('/', '\\/').replaceAll('=', '\\u003d')),
  ],
  ['other fields', (sent) => json(403, { __type: 'Denied', headers: { sent }, sent })],
  ['the type', (sent) => json(403, { __type: sent })],
  ['a page', (sent) => text(403, sent)],
  ['a page with escapes', (sent) => text(403, sent.replaceAll('/', '&#x2F;').replaceAll('=', '&#x3D;'))],
  ['a page of a 200', (sent) => text(200, sent)],
  ['JSON that breaks off', (sent) => text(200, `{"sent":"${sent}`)],
  ['a failure', (sent) => text(500, sent)],
];

describe('no credential is in the error', () => {
  it.each(echoes)('G35: of an answer that gives back what was sent, in %s', async (_name, reply) => {
    for (const wanted of ['authorization', 'x-amz-security-token', 'both']) {
      const echo: Reply = (response, request) => {
        const { authorization, 'x-amz-security-token': token } = request.headers;
        const sent =
          wanted === 'both'
            ? `x-amz-security-token:${token} authorization:${authorization}`
            : String(request.headers[wanted]);
        return reply(sent)(response, request);
      };
      const { endpoint } = await startServer(echo);
      const failures: unknown[] = [];
      const client = leanAt(endpoint, { credentials, maxAttempts: 2 });
      const error = await errorOf(client.getItem(getInput, { onFailedTry: (failure) => failures.push(failure) }));
      for (const failure of [error, ...failures]) expectNoSecret(failure);
    }
  });

  it.each<[string, Reply]>([
    ['a broken connection', disconnect],
    ['no answer', hang],
    ['a refusal', json(400, { __type: 'ValidationException' })],
  ])('of %s', async (_name, reply) => {
    const { endpoint } = await startServer(reply);
    expectNoSecret(await errorOf(leanAt(endpoint, { credentials, requestTimeoutMs: 30 }).getItem(getInput)));
  });

  it('of an abort under way', async () => {
    const { endpoint } = await startServer(hang);
    const abortSignal = AbortSignal.timeout(30);
    expectNoSecret(await errorOf(leanAt(endpoint, { credentials }).getItem(getInput, { abortSignal })));
  });

  it('of a server that is not there', async () => {
    expectNoSecret(await errorOf(leanAt('http://127.0.0.1:1', { credentials }).getItem(getInput)));
    expectNoSecret(await errorOf(leanAt('http://no-such-host.invalid', { credentials }).getItem(getInput)));
  });

  it('of a token that can’t be sent', async () => {
    const broken = { ...credentials, sessionToken: `${credentials.sessionToken}\n` };
    expectNoSecret(await errorOf(leanAt('http://127.0.0.1:1', { credentials: broken }).getItem(getInput)));
    const wide = { ...credentials, accessKeyId: `${credentials.secretAccessKey}😀` };
    expectNoSecret(await errorOf(leanAt('http://127.0.0.1:1', { credentials: wide }).getItem(getInput)));
  });

  it('of credentials that are not complete', async () => {
    const part = { secretAccessKey: credentials.secretAccessKey, sessionToken: credentials.sessionToken };
    expectNoSecret(
      await errorOf(leanAt('http://127.0.0.1:1', { credentials: async () => part as never }).getItem(getInput)),
    );
    for (const wrong of [part, credentials.secretAccessKey]) {
      try {
        leanClient({ region, credentials: wrong as never });
      } catch (error) {
        expectNoSecret(error);
      }
    }
    expect.hasAssertions();
  });

  const body = { AccessKeyId: 'id', SecretAccessKey: credentials.secretAccessKey, Token: credentials.sessionToken };
  it.each<[string, Reply]>([
    ['is not complete', json(200, body)],
    ['has a wrong end', json(200, { ...body, Expiration: 'never' })],
    ['breaks off', text(200, JSON.stringify(body).slice(0, -3))],
    ['is not JSON', text(200, `${credentials.secretAccessKey} ${credentials.sessionToken}`)],
    ['is a refusal', json(403, { ...body, Code: 'Denied', message: credentials.secretAccessKey })],
    ['is a failure', json(500, body)],
    ['never comes', hang],
    ['is a broken connection', disconnect],
    ['gives back the token', (response, { headers }) => response.writeHead(400).end(headers.authorization)],
  ])('of a container’s endpoint whose answer %s', async (_name, reply) => {
    const { endpoint } = await startServer(reply);
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', endpoint);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', containerToken);
    const error = await errorOf(leanClient({ endpoint: 'http://127.0.0.1:1', region }).getItem(getInput));
    expect(error.name).toBe('CredentialsProviderError');
    expectNoSecret(error);
  });

  it('of a container’s token that can’t be sent, or an endpoint that must not have it', async () => {
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', `${containerToken}\nx`);
    for (const uri of ['http://127.0.0.1:1', 'http://example.com', `http://${containerToken}@example.com`]) {
      vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', uri);
      const error = await errorOf(leanClient({ endpoint: 'http://127.0.0.1:1', region }).getItem(getInput));
      expect(error.name).toBe('CredentialsProviderError');
      expectNoSecret(error);
    }
  });
});

it('the item of a refused write is given as it is, whatever it holds', async () => {
  const Item = { id: { S: credentials.secretAccessKey } };
  const { endpoint } = await startServer(json(400, { __type: 'ConditionalCheckFailedException', Item }));
  expect(await errorOf(leanAt(endpoint, { credentials }).getItem(getInput))).toMatchObject({ Item });
});
