import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { forward } from '../../infra/local/faults/forward.ts';
import { startLoopbackService } from '../../infra/local/faults/loopback-service.ts';

export interface Sent {
  /** The actions, in order: one each is one round trip. */
  actions: string[];
  /** What the requests consumed: as the engine reports it where they succeeded, as AWS bills transactions and what was refused. */
  writeUnits: number;
  readUnits: number;
}

interface Answer {
  ConsumedCapacity?: { CapacityUnits: number } | { CapacityUnits: number }[];
  Item?: Record<string, AttributeValue>;
}

interface Input {
  TransactItems?: unknown[];
}

/** What one request consumed. The engine must have been asked to return it. */
export const unitsOf = (action: string, input: Input, answer: Answer): { writeUnits: number; readUnits: number } => {
  // DynamoDB Local reports less than two units for some items of a transaction; these are below 1 KB.
  if (input.TransactItems) return { writeUnits: 2 * input.TransactItems.length, readUnits: 0 };
  const reported = [answer.ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
  if (action === 'GetItem') return { writeUnits: 0, readUnits: reported };
  return { writeUnits: answer.ConsumedCapacity ? reported : unitsOfRefusal(answer), readUnits: 0 };
};

/** A proxy before an engine that counts what comes through, whichever client sends it; it ends with the process. */
export const startMeter = async (engine: string) => {
  let sent: Sent = { actions: [], writeUnits: 0, readUnits: 0 };

  const { endpoint } = await startLoopbackService(async (request, response) => {
    const input = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const metered = JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' });
    const { status, headers, body } = await forward(engine, request, metered);
    const action = String(request.headers['x-amz-target']).replace(/^.*\./, '');
    const { writeUnits, readUnits } = unitsOf(action, input, JSON.parse(body.toString()));
    sent = {
      actions: [...sent.actions, action],
      writeUnits: sent.writeUnits + writeUnits,
      readUnits: sent.readUnits + readUnits,
    };
    response.writeHead(status, headers).end(body);
  });
  return {
    endpoint,
    /** What was sent since the last time. */
    take: (): Sent => {
      const taken = sent;
      sent = { actions: [], writeUnits: 0, readUnits: 0 };
      return taken;
    },
  };
};

/**
 * AWS bills a refused write by the size of the item that refused it, one unit at least.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate
 */
const unitsOfRefusal = ({ Item = {} }: Answer): number => Math.max(1, Math.ceil(sizeOf(Item) / 1024));

/** An upper bound: DynamoDB packs numbers. */
const sizeOf = (item: Record<string, AttributeValue>): number =>
  Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(Object.values(value)[0])),
    0,
  );
