import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import * as v from 'valibot';

/** Whose tokens an HTTP API takes. */
export type JwtAuthorizerModel = { issuer: string; audience: string[] };

/** As the event has it: every claim is text. */
export type JwtCaller = { claims: Record<string, string>; scopes: string[] | null };

export type Authorization = { status: 'allowed'; jwt: JwtCaller } | { status: 'unauthorized' | 'forbidden' };

export type JwtAuthorizer = { authorize(header: string | undefined, scopes: string[]): Promise<Authorization> };

const headerSchema = v.object({ alg: v.picklist(['RS256', 'RS384', 'RS512']), kid: v.string() });

const claimsSchema = v.looseObject({
  iss: v.string(),
  aud: v.optional(v.union([v.string(), v.array(v.string())])),
  client_id: v.optional(v.string()),
  exp: v.number(),
  nbf: v.optional(v.number()),
  iat: v.optional(v.number()),
  scope: v.optional(v.string()),
  scp: v.optional(v.array(v.string())),
});

type Claims = v.InferOutput<typeof claimsSchema>;

const discoverySchema = v.object({ jwks_uri: v.string() });
const keySetSchema = v.object({ keys: v.array(v.looseObject({ kid: v.optional(v.string()) })) });

/**
 * Checks tokens as an HTTP API does: by the keys that the issuer publishes, which are fetched from it, also by the local run.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function createJwtAuthorizer({ issuer, audience }: JwtAuthorizerModel, now = Date.now): JwtAuthorizer {
  const keys = new Map<string, KeyObject>();

  const keyNamed = async (kid: string): Promise<KeyObject | undefined> => {
    if (!keys.has(kid)) {
      const { jwks_uri } = await getJson(
        `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        discoverySchema,
      );
      const published = await getJson(jwks_uri, keySetSchema);
      for (const { kid: name, ...key } of published.keys) {
        if (name) keys.set(name, createPublicKey({ key: key as JsonWebKey, format: 'jwk' }));
      }
    }
    return keys.get(kid);
  };

  const isMeant = ({ iss, aud, client_id, exp, nbf = 0, iat = 0 }: Claims): boolean => {
    const nowSeconds = now() / 1000;
    const audiences = aud === undefined ? [client_id ?? ''] : [aud].flat();
    return (
      iss === issuer &&
      audiences.some((each) => audience.includes(each)) &&
      exp > nowSeconds &&
      nbf <= nowSeconds &&
      iat <= nowSeconds
    );
  };

  return {
    async authorize(header = '', wanted) {
      const [head = '', payload = '', signature = '', ...others] = header.replace(/^Bearer /i, '').split('.');
      const token = v.safeParse(v.object({ header: headerSchema, claims: claimsSchema }), {
        header: decode(head),
        claims: decode(payload),
      });
      if (!token.success || others.length > 0) return { status: 'unauthorized' };
      const {
        header: { alg, kid },
        claims,
      } = token.output;
      const key = isMeant(claims) ? await keyNamed(kid) : undefined;
      const signed = Buffer.from(`${head}.${payload}`);
      if (!key || !verify(alg.replace('RS', 'sha'), signed, key, Buffer.from(signature, 'base64url'))) {
        return { status: 'unauthorized' };
      }
      const granted = claims.scope?.split(' ') ?? claims.scp ?? [];
      if (wanted.length > 0 && !wanted.some((scope) => granted.includes(scope))) return { status: 'forbidden' };
      return { status: 'allowed', jwt: { claims: texts(claims), scopes: wanted.length > 0 ? wanted : null } };
    },
  };
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function texts(claims: Claims): Record<string, string> {
  const textOf = (value: unknown) => (Array.isArray(value) ? `[${value.join(' ')}]` : String(value));
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, textOf(value)]));
}

async function getJson<Schema extends v.GenericSchema>(url: string, schema: Schema): Promise<v.InferOutput<Schema>> {
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(`${url} answered ${response.status}: the local run checks tokens by their issuer's keys`);
  return v.parse(schema, await response.json());
}
