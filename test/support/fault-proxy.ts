import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** The DynamoDB operations that the library and the operator tool send. */
export type Verb =
  | 'UpdateItem'
  | 'DeleteItem'
  | 'PutItem'
  | 'TransactWriteItems'
  | 'GetItem'
  | 'Scan'
  | 'DescribeTable';

/** What becomes of one request between the SDK and the engine; a function decides when the request has come. */
export type Fault = PlainFault | (() => Promise<PlainFault>);

type PlainFault =
  | 'pass'
  /** The engine applies the request, and the connection breaks before its answer. */
  | 'lose-answer'
  /** The connection breaks before the request reaches the engine. */
  | 'refuse'
  /** Neither forwarded nor answered. */
  | 'hang'
  /** Forwarded, and never answered. */
  | 'swallow-answer'
  /** Forwarded after a while. */
  | { delayMs: number }
  /** Answered with an error of DynamoDB, and not forwarded. */
  | { status: number; error: string; message?: string; reasons?: readonly { Code: string; Message?: string }[] };

export interface FaultProxy {
  endpoint: string;
  /** The faults of the next requests of this kind, one each; `always` is for all that come after. */
  plan(verb: Verb, faults: readonly Fault[], always?: Fault): void;
  /** One fault for every request until the next plan. */
  planAll(fault: Fault): void;
  /** How many requests of this kind came, each try of the SDK counted. */
  requests(verb: Verb): number;
}

export const refusedWith = (error: string): Fault => ({ status: 400, error });

export const cancelled = (...codes: readonly string[]): Fault => ({
  status: 400,
  error: 'TransactionCanceledException',
  message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
  reasons: codes.map((Code) => ({ Code })),
});

/** A proxy in front of a DynamoDB engine that does to each request what the test has planned; it ends with the process. */
export const startFaultProxy = async (engine: string): Promise<FaultProxy> => {
  const plans = new Map<string, { faults: Fault[]; always: Fault }>();
  const counts = new Map<string, number>();
  let otherwise: Fault = 'pass';

  const nextFault = (verb: string): Fault => {
    const plan = plans.get(verb);
    return plan?.faults.shift() ?? plan?.always ?? otherwise;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await request.toArray());
    const verb = String(request.headers['x-amz-target']).replace(/^.*\./, '');
    counts.set(verb, (counts.get(verb) ?? 0) + 1);
    const planned = nextFault(verb);
    const fault = typeof planned === 'function' ? await planned() : planned;

    if (fault === 'hang') return;
    if (fault === 'refuse') {
      response.destroy();
      return;
    }
    if (typeof fault === 'object' && 'status' in fault) {
      const { status, error, message = error, reasons } = fault;
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(
        JSON.stringify({
          __type: `com.amazonaws.dynamodb.v20120810#${error}`,
          message,
          ...(reasons && { CancellationReasons: reasons }),
        }),
      );
      return;
    }
    if (typeof fault === 'object') await sleep(fault.delayMs);
    const answer = await forward(engine, request, body);
    if (fault === 'swallow-answer') return;
    if (fault === 'lose-answer') response.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  };

  return {
    endpoint: await listen(handle),
    plan: (verb, faults, always = 'pass') => {
      plans.set(verb, { faults: [...faults], always });
    },
    planAll: (fault) => {
      plans.clear();
      otherwise = fault;
    },
    requests: (verb) => counts.get(verb) ?? 0,
  };
};

/** A server that ends with the process. */
export const listen = async (
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<string> => {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : ''}`;
};

/** Sends a request on as it came, with its body or another one. */
export const forward = async (engine: string, request: IncomingMessage, body: string | Buffer<ArrayBuffer>) => {
  const names = ['x-amz-target', 'x-amz-date', 'authorization', 'content-type'] as const;
  const headers = Object.fromEntries(names.map((name) => [name, String(request.headers[name])]));
  const answer = await fetch(engine, { method: 'POST', headers, body });
  return {
    status: answer.status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(await answer.arrayBuffer()),
  };
};
