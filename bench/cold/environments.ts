import { httpApiEvent, lambdaContext } from '../../test/support/lambda.ts';
import type { Bundles, HandlerName } from '../bundles.ts';
import { environment } from '../connection.ts';
import type { FirstRequest } from '../processes/first-request.ts';
import { runProcess } from '../run-process.ts';
import { createTable } from '../tables.ts';

/** The kinds of environments: a handler, and whether Lambda says that it loads it, so that the client makes itself ready. */
export const kinds = {
  empty: { title: 'an empty handler', handler: 'empty', isInit: true },
  middy: { title: 'Middy alone', handler: 'middy', isInit: true },
  node: { title: "two requests by Node's HTTP client", handler: 'node', isInit: true },
  oursUnprepared: { title: 'this library, `warmUp: false`', handler: 'ours', isInit: false },
  ours: { title: 'this library', handler: 'ours', isInit: true },
  oursAwaited: { title: 'this library, `await warmUp()`', handler: 'oursAwaited', isInit: true },
  leanUnprepared: { title: 'lean client, `warmUp: false`', handler: 'lean', isInit: false },
  lean: { title: 'lean client', handler: 'lean', isInit: true },
  leanAwaited: { title: 'lean client, `await warmUp()`', handler: 'leanAwaited', isInit: true },
  peer: { title: 'the peer', handler: 'peer', isInit: true },
} as const satisfies Record<string, { title: string; handler: HandlerName; isInit: boolean }>;

export type Kind = keyof typeof kinds;

/** Where DynamoDB is for these environments. */
export interface Place {
  endpoint: string;
  environment?: Record<string, string>;
}

/** Lambda's default is 3 s; half of the functions that anybody waits for have more. */
const timeoutMs = 6000;

const inputOf = (): string => {
  const { getRemainingTimeInMillis, ...context } = lambdaContext();
  const event = () =>
    httpApiEvent({
      headers: { 'idempotency-key': crypto.randomUUID() },
      body: { orderId: 'o-1', userId: 'u-1', amount: 100 },
    });
  return JSON.stringify({ events: [event(), event()], context, timeoutMs });
};

/** Gives what starts an environment of a kind, and has it answer its first request. The tables are made at the engine itself. */
export const openEnvironments = async (engine: string, { whole, processes }: Bundles) => {
  const tables = { library: await createTable(engine), peer: await createTable(engine) };
  return (kind: Kind, place: Place, quotaFile = ''): Promise<FirstRequest> => {
    const { handler, isInit } = kinds[kind];
    const env = {
      ...environment(place.endpoint),
      ...place.environment,
      ...(isInit && { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' }),
      // Where the SDK would look for settings besides.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      IDEMPOTENCY_TABLE: tables[kind === 'peer' ? 'peer' : 'library'],
    };
    return runProcess<FirstRequest>([processes.firstRequest.path, whole[handler].path, inputOf(), quotaFile], env);
  };
};
