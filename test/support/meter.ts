import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export interface Sent {
  /** The actions, in order: one each is one round trip. */
  actions: string[];
  /** What the engine says the requests that succeeded consumed; a refused one says nothing. */
  writeUnits: number;
  readUnits: number;
}

interface Consumed {
  CapacityUnits?: number;
  WriteCapacityUnits?: number;
  ReadCapacityUnits?: number;
}

/** A client that counts what it sends. */
export const meteredClient = (endpoint: string) => {
  const raw = new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  let sent: Sent = { actions: [], writeUnits: 0, readUnits: 0 };
  raw.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const action = commandName.replace(/Command$/, '');
        sent.actions.push(action);
        const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Consumed | Consumed[] };
        for (const { CapacityUnits = 0 } of [ConsumedCapacity ?? []].flat()) {
          if (action === 'GetItem') sent.readUnits += CapacityUnits;
          else sent.writeUnits += CapacityUnits;
        }
        return result;
      },
    { step: 'initialize', name: 'meter', priority: 'low' },
  );
  return {
    client: DynamoDBDocumentClient.from(raw),
    /** What was sent since the last time. */
    take: (): Sent => {
      const taken = sent;
      sent = { actions: [], writeUnits: 0, readUnits: 0 };
      return taken;
    },
  };
};
