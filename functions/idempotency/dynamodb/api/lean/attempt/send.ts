import type { Credentials } from '../credentials/credentials.ts';
import { readAnswer } from '../service-error.ts';
import { type Answer, agentFor, exchange, type Timeouts, target } from './exchange.ts';
import { signer } from './sign.ts';

export interface SendOptions extends Timeouts {
  endpoint: URL;
  region: string;
}

export type Send = (
  action: string,
  body: string,
  credentials: Credentials,
  signal: AbortSignal | undefined,
) => Promise<Record<string, unknown>>;

export interface Connections {
  /** Sends a request once, over connections that are kept alive. */
  send: Send;
  /** Does all of that but the sending: the first request begins a `GET` in its place, which opens a connection, and all are answered with nothing. */
  rehearse(signal: AbortSignal): { send: Send; connection(): Promise<unknown> | undefined };
}

export const openConnections = ({ endpoint, region, ...timeouts }: SendOptions): Connections => {
  const fixed = { ...target(endpoint), agent: agentFor(endpoint) };
  const sign = signer(endpoint, region);

  const sendBy =
    (exchangeOnce: (headers: Record<string, string>, body: string, signal?: AbortSignal) => Promise<Answer>): Send =>
    async (action, body, credentials, signal) => {
      const headers = sign(action, body, credentials);
      const answer = await exchangeOnce(headers, body, signal);
      const { authorization = '' } = headers;
      const { secretAccessKey, sessionToken } = credentials;
      return readAnswer(answer, [authorization, authorization.slice(-signatureLength), secretAccessKey, sessionToken]);
    };

  return {
    send: sendBy((headers, body, signal) => exchange({ ...fixed, method: 'POST', headers }, body, timeouts, signal)),
    rehearse: (signal) => {
      let connection: Promise<unknown> | undefined;
      return {
        send: sendBy(async () => {
          connection ??= exchange(fixed, undefined, timeouts, signal).catch(() => undefined);
          return { status: 200, headers: {}, body: '{}' };
        }),
        connection: () => connection,
      };
    },
  };
};

/** In characters. The signature is the end of the header. */
const signatureLength = 64;
