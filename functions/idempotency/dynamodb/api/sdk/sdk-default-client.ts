import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBApi } from '../dynamodb-api.ts';
import { createRehearsal } from '../rehearsal.ts';
import { callsBy } from './sdk-calls.ts';
import { rehearseOn } from './sdk-rehearsal.ts';

let shared: DynamoDBApi | undefined;

/**
 * The one that all middlewares of an execution environment share, with its connections kept alive between invocations.
 *
 * The SDK by itself waits forever for an answer: a silent connection is given up, and every call here has a time limit of its own besides.
 * Its limits for connections and requests are left alone: they count the time in which a request waits for one of 50 sockets, or the
 * process for the processor, and would take a busy function for a dead database.
 */
export const defaultClient = (): DynamoDBApi => {
  shared ??= createDefaultClient();
  return shared;
};

const createDefaultClient = (): DynamoDBApi => {
  const client = new DynamoDBClient({
    requestHandler: { socketTimeout: 3000 },
  });
  // Nobody has set a logger, yet it would copy each input and output for one. A mocked client has no stack.
  client.middlewareStack?.remove('loggerMiddleware');
  const rehearsal = createRehearsal((signal) => {
    const { send, connection } = rehearseOn(client, signal);
    return { api: callsBy(send), connection };
  });
  const calls = callsBy(async (command, abortSignal) => {
    await rehearsal.makeWay();
    return client.send(command as never, abortSignal ? { abortSignal } : {});
  });
  return { ...calls, warmUp: rehearsal.warmUp };
};
