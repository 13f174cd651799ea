import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { getNamespace, Segment } from 'aws-xray-sdk-core';
import { vi } from 'vitest';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import type { ClaimOutcome } from '../../functions/idempotency/entries/types.ts';
import { lambdaContext } from '../support/lambda.ts';
import { entrances, type Request } from './entrances.ts';
import { buildShell, type versions } from './shell.ts';

export interface Call {
  key?: string;
  method?: string;
  origin: string;
  amount?: unknown;
  body?: string;
  encoding?: string;
  accept?: string;
}

/** An answer as its caller reads it, and what the shell left behind. */
export interface Seen {
  status: number;
  headers: Record<string, string>;
  text: string;
  requestId: string;
  metrics: Record<string, unknown>[];
  logs: Record<string, unknown>[];
  exchanges: unknown[];
  errors: unknown[];
  /** Of the invocation: whether each is closed. */
  subsegments: { name: string; closed: boolean }[];
}

const decoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = { br: brotliDecompressSync, gzip: gunzipSync };

const textOf = (body: unknown, isBase64Encoded: unknown, encoding: string | undefined): string => {
  const bytes = Buffer.from(String(body ?? ''), isBase64Encoded ? 'base64' : 'utf8');
  return (encoding ? (decoders[encoding]?.(bytes) ?? bytes) : bytes).toString();
};

/** Set before the parts of Powertools are made, which read them then: with tracing, and with a console that can be watched. */
export const powertoolsEnvironment = {
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  POWERTOOLS_TRACE_ENABLED: 'true',
  POWERTOOLS_DEV: 'true',
  POWERTOOLS_METRICS_DISABLED: 'false',
};

/** A protected handler in its shell, called through a service. */
export const openShell = (version: keyof typeof versions, entranceName: string, memory = memoryStore()) => {
  const entrance = entrances[entranceName];
  if (!entrance) throw new Error(`no entrance ${entranceName}`);
  const down = { claim: (): Promise<ClaimOutcome> => Promise.reject(new Error('unreachable')) };
  let store = memory;
  let pay = async (amount: unknown): Promise<{ statusCode: number; body: unknown }> => ({
    statusCode: 201,
    body: { paid: amount, paymentId: crypto.randomUUID(), note: '.'.repeat(200) },
  });
  const shell = buildShell({
    version,
    // Each verb goes to the store of the moment.
    store: new Proxy(memory, { get: (_, verb) => store[verb as keyof typeof store] }),
    tracer: new Tracer({ serviceName: 'pay', captureHTTPsRequests: false }),
    origins: ['https://a.example', 'https://b.example'],
    pay: (amount) => pay(amount),
  });
  const printed = (method: 'log' | 'info') => vi.spyOn(console, method).mockImplementation(() => undefined).mock.calls;
  const [metrics, logs] = [printed('log'), printed('info')];
  const taken = (calls: unknown[][]) => calls.splice(0).map(([line]) => JSON.parse(String(line)));

  const call = async ({ key, method, origin, amount = 1, body, encoding = 'gzip', accept }: Call): Promise<Seen> => {
    const request: Request = {
      ...(method && { method }),
      headers: {
        host: 'pay.example.com',
        origin,
        'content-type': 'application/json',
        'accept-encoding': encoding,
        accept: accept ?? 'application/json',
        ...(key && { 'idempotency-key': key }),
        ...(method === 'OPTIONS' && { 'access-control-request-method': 'POST' }),
      },
      body: body ?? JSON.stringify({ amount }),
    };
    const context = lambdaContext();
    const segment = new Segment('function');
    segment.notTraced = true;
    const answer = await getNamespace().runAndReturn(() => {
      getNamespace().set('segment', segment);
      return shell.call(entrance.event(request), context);
    });
    const headers = entrance.headersOf(answer);
    return {
      status: Number(answer['statusCode']),
      headers,
      text: textOf(answer['body'], answer['isBase64Encoded'], headers['content-encoding']),
      requestId: context.awsRequestId,
      metrics: taken(metrics),
      logs: taken(logs),
      exchanges: shell.exchanges.splice(0),
      errors: shell.errors.splice(0),
      subsegments: (segment.subsegments ?? []).map((subsegment) => ({
        name: subsegment.name,
        closed: subsegment.isClosed(),
      })),
    };
  };

  return {
    call,
    warmUp: () => shell.call({ source: 'serverless-plugin-warmup' }, lambdaContext()),
    storeGoesDown: () => {
      store = { ...memory, ...down };
    },
    payBy: (run: typeof pay) => {
      pay = run;
    },
  };
};
