import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { listenOnLoopback } from '../../infra/local/listen.ts';

export interface Issuer {
  url: string;
  /** A token that is good for an hour, unless the claims say otherwise. */
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>): string;
  close(): void;
}

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** An identity provider that publishes its key as OpenID Connect says. */
export const startIssuer = async (): Promise<Issuer> => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = createServer(({ url: path }, response) => {
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/keys` },
      '/keys': { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }] },
    };
    const document = documents[path ?? ''];
    response.statusCode = document ? 200 : 404;
    response.end(JSON.stringify(document));
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  return {
    url,
    token: (claims, header) => {
      const nowSeconds = Math.floor(Date.now() / 1000);
      const payload = { iss: url, aud: 'pay', sub: 'u-1', iat: nowSeconds, exp: nowSeconds + 3600, ...claims };
      const signed = `${encode({ alg: 'RS256', kid: 'k1', ...header })}.${encode(payload)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
