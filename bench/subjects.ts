import { IdempotencyConfig } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { makeHandlerIdempotent } from '@aws-lambda-powertools/idempotency/middleware';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import * as lean from '../functions/idempotency/entries/lean.ts';
import * as library from '../functions/idempotency/entries/main.ts';
import type { Handler } from './call.ts';
import { connection } from './connection.ts';

export type Subject = 'ours' | 'lean' | 'peer';

export type Work = () => Promise<unknown>;

/** Makes the work safe to repeat. */
export type Protect = (work: Work) => Handler;

export type LeanClient = ReturnType<typeof lean.leanClient>;

/** Clients to use in place of each subject's default. */
export interface Clients {
  ours?: DynamoDBClient;
  lean?: LeanClient;
  peer?: DynamoDBClient;
}

export const oursStore = (tableName: string, client?: DynamoDBClient) =>
  library.dynamoDBStore({ tableName, ...(client && { client }) });

export const leanStore = (tableName: string, endpoint: string, client?: LeanClient) =>
  lean.dynamoDBStore({ tableName, client: client ?? lean.leanClient(connection(endpoint)) });

/** As its documentation has it: layer and configuration made once, the layer with a client of its own. */
export const peerMiddleware = (tableName: string, client?: DynamoDBClient) =>
  makeHandlerIdempotent({
    persistenceStore: new DynamoDBPersistenceLayer({ tableName, ...(client && { awsSdkV3Client: client }) }),
    config: new IdempotencyConfig({
      eventKeyJmesPath: 'headers."idempotency-key"',
      payloadValidationJmesPath: 'body',
    }),
  });

/** The ways to protect a handler, on the tables named. */
export const createSubjects = (
  endpoint: string,
  tables: Readonly<Record<Subject, string>>,
  clients: Clients = {},
): Record<Subject, Protect> => {
  const stores = {
    ours: oursStore(tables.ours, clients.ours),
    lean: leanStore(tables.lean, endpoint, clients.lean),
  };
  return {
    ours: (work) => middy(work).use(library.idempotencyKey({ store: stores.ours })) as Handler,
    lean: (work) => middy(work).use(lean.idempotencyKey({ store: stores.lean })) as Handler,
    peer: (work) => middy(work).use(peerMiddleware(tables.peer, clients.peer)) as Handler,
  };
};

export const createTables = async (create: () => Promise<string>): Promise<Record<Subject, string>> => ({
  ours: await create(),
  lean: await create(),
  peer: await create(),
});
