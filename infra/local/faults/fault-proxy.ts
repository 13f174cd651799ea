import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import { dynamoDBJson, type EngineAnswer, forward } from './forward.ts';
import { type LoopbackService, startLoopbackService } from './loopback-service.ts';

/** A request of DynamoDB's API on its way to the engine. */
export type DynamoDBCall = {
  /** The path that the caller's endpoint has, which tells callers apart: `/` for an endpoint without one. */
  path: string;
  /** `UpdateItem` and so on. */
  verb: string;
  body: Buffer<ArrayBuffer>;
};

export type FaultProxyOptions = {
  /** Asked once for each request, when it has come. */
  faultFor(call: DynamoDBCall): Fault | Promise<Fault>;
  /** Told how each request ended; without an answer, it has not reached the engine. */
  onEnd?(call: DynamoDBCall, fault: Fault, answer?: EngineAnswer): void;
};

/** A proxy in front of a DynamoDB engine that does to each request what it is told. */
export function startFaultProxy(engine: string, { faultFor, onEnd }: FaultProxyOptions): Promise<LoopbackService> {
  return startLoopbackService(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const verb = String(request.headers['x-amz-target']).replace(/^.*\./, '');
    const call: DynamoDBCall = { path: request.url ?? '/', verb, body };
    const fault = await faultFor(call);
    const answer = await answerOf(engine, fault, request, call);
    onEnd?.(call, fault, answer);
    reply(response, fault, answer);
  });
}

/** Nothing, for what doesn't reach the engine. */
async function answerOf(
  engine: string,
  fault: Fault,
  request: IncomingMessage,
  { body }: DynamoDBCall,
): Promise<EngineAnswer | undefined> {
  if (fault === 'hang' || fault === 'refuse' || isError(fault)) return undefined;
  if (typeof fault === 'object') await sleep(fault.delayMs);
  return forward(engine, request, body);
}

function reply(response: ServerResponse, fault: Fault, answer: EngineAnswer | undefined): void {
  if (fault === 'hang' || fault === 'swallow-answer') return;
  if (isError(fault)) response.writeHead(fault.status, dynamoDBJson).end(errorBody(fault));
  else if (fault === 'lose-answer' || !answer) response.destroy();
  else response.writeHead(answer.status, answer.headers).end(answer.body);
}

type ErrorFault = Extract<Fault, { status: number }>;

function isError(fault: Fault): fault is ErrorFault {
  return typeof fault === 'object' && 'status' in fault;
}

function errorBody({ error, message = error, reasons }: ErrorFault): string {
  return JSON.stringify({
    __type: `com.amazonaws.dynamodb.v20120810#${error}`,
    message,
    ...(reasons && { CancellationReasons: reasons }),
  });
}
