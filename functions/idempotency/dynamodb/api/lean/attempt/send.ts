import type { Credentials } from '../credentials/credentials.ts';
import { readAnswer } from '../service-error.ts';
import { agentFor, exchange, type Timeouts, target } from './exchange.ts';
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

/** Sends a request once, over connections that are kept alive. */
export const sender = ({ endpoint, region, ...timeouts }: SendOptions): Send => {
  const fixed = { ...target(endpoint), method: 'POST', agent: agentFor(endpoint) };
  const sign = signer(endpoint, region);

  return async (action, body, credentials, signal) => {
    const headers = sign(action, body, credentials);
    const answer = await exchange({ ...fixed, headers }, body, timeouts, signal);
    const { authorization = '' } = headers;
    const { secretAccessKey, sessionToken } = credentials;
    return readAnswer(answer, [authorization, authorization.slice(-signatureLength), secretAccessKey, sessionToken]);
  };
};

/** In characters. The signature is the end of the header. */
const signatureLength = 64;
