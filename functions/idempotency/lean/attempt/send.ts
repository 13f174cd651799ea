import * as http from 'node:http';
import * as https from 'node:https';
import type { Credentials } from '../credentials/credentials.ts';
import { readAnswer } from '../service-error.ts';
import { exchange, type Timeouts, target } from './exchange.ts';
import { sign } from './sign.ts';

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
  // Said even though it is the default, which NODE_TLS_REJECT_UNAUTHORIZED=0 would change.
  const agentOptions = { keepAlive: true, maxSockets: 50, rejectUnauthorized: true };
  const fixed = {
    ...target(endpoint),
    method: 'POST',
    agent: endpoint.protocol === 'https:' ? new https.Agent(agentOptions) : new http.Agent(agentOptions),
    service: 'dynamodb',
    region,
  };
  const fixedHeaders = {
    host: endpoint.host,
    'content-type': 'application/x-amz-json-1.0',
    'user-agent': 'middy-idempotency',
  };

  return async (action, body, credentials, signal) => {
    const headers = { ...fixedHeaders, 'x-amz-target': `DynamoDB_20120810.${action}` };
    const request = sign({ ...fixed, headers, body }, credentials);
    const answer = await exchange(request, body, timeouts, signal);
    const authorization = String(request.headers?.['Authorization']);
    const signature = authorization.slice(-64);
    return readAnswer(answer, [authorization, signature, credentials.secretAccessKey, credentials.sessionToken]);
  };
};
