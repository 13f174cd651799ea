import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBApi } from '../functions/idempotency/dynamodb/api/dynamodb-api.ts';
import { connection } from './connection.ts';

interface Consumed {
  CapacityUnits?: number;
}

interface Answered {
  ConsumedCapacity?: Consumed | Consumed[] | undefined;
}

/** What writes consumed. A refused write consumes too, but reports nothing: one unit, for records below 1 KB. */
export class WriteMeter {
  units = 0;

  readonly count = async <Output>(answered: Promise<Output>): Promise<Output> => {
    try {
      const output = await answered;
      const { ConsumedCapacity } = output as Answered;
      for (const { CapacityUnits = 0 } of [ConsumedCapacity ?? []].flat()) this.units += CapacityUnits;
      return output;
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') this.units += 1;
      throw error;
    }
  };
}

const metered = { ReturnConsumedCapacity: 'TOTAL' } as const;

/** A client of the SDK that has its writes counted. */
export const meteredSdkClient = (endpoint: string, meter: WriteMeter): DynamoDBClient => {
  const client = new DynamoDBClient(connection(endpoint));
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === 'GetItemCommand') return next(args);
        const answered = next({ ...args, input: { ...args.input, ...metered } });
        await meter.count(answered.then(({ output }) => output));
        return answered;
      },
    { step: 'initialize', name: 'meter', priority: 'low' },
  );
  return client;
};

/** The same of a client that has no middleware. */
export const meteredApi = <Api extends DynamoDBApi>(api: Api, meter: WriteMeter): Api =>
  ({
    ...api,
    putItem: (input, options) => meter.count(api.putItem({ ...input, ...metered }, options)),
    updateItem: (input, options) => meter.count(api.updateItem({ ...input, ...metered }, options)),
    deleteItem: (input, options) => meter.count(api.deleteItem({ ...input, ...metered }, options)),
    transactWriteItems: (input, options) => meter.count(api.transactWriteItems({ ...input, ...metered }, options)),
  }) satisfies DynamoDBApi;
