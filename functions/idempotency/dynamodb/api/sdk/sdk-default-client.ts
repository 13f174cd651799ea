import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CallOptions, DynamoDBApi } from '../dynamodb-api.ts';
import { onEachTry, sdkCalls, telling } from './sdk-calls.ts';

/** Where an input carries the options of its call, and the request of a try its signal. */
const callOptions = Symbol('options of the call');
const abortSignal = Symbol('abort signal');

interface Handler {
  handle(request: { [abortSignal]?: AbortSignal }, options?: object): Promise<unknown>;
}

/**
 * The client that there is when none was given. The SDK by itself waits forever for an answer; a Lambda that waits so is killed
 * with its outcome unknown.
 *
 * `cacheMiddleware` lets the SDK prepare each kind of command once instead of at each call, but only for calls without options.
 * So these travel with the input: of the CPU time that a first call takes above two bare calls, that saves a third.
 */
const open = (): DynamoDBApi => {
  const client = new DynamoDBClient({
    cacheMiddleware: true,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
  });
  // Nobody has set a logger, yet it would copy each input and output for one.
  client.middlewareStack.remove('loggerMiddleware');
  onEachTry(client.middlewareStack, 'call options', (next) => (args) => {
    const { abortSignal: signal, onFailedTry } = (args.input as { [callOptions]?: CallOptions })[callOptions] ?? {};
    if (signal) Object.assign(args.request, { [abortSignal]: signal });
    return onFailedTry ? next(args).catch(telling(onFailedTry)) : next(args);
  });
  passSignals(client.config.requestHandler as unknown as Handler);
  return sdkCalls((Command, input, options) =>
    client.send(new Command({ ...input, [callOptions]: options } as never) as never),
  );
};

const passSignals = (handler: Handler): void => {
  const handle = handler.handle.bind(handler);
  handler.handle = (request, options) =>
    handle(request, request[abortSignal] ? { ...options, abortSignal: request[abortSignal] } : options);
};

let shared: DynamoDBApi | undefined;

/** The one that all middlewares of an execution environment share, with its connections kept alive between invocations. */
export const defaultClient = (): DynamoDBApi => {
  shared ??= open();
  return shared;
};
