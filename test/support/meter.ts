import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { forward, listen } from './fault-proxy.ts';

export interface Sent {
  /** The actions, in order: one each is one round trip. */
  actions: string[];
  /** What the requests consumed: as the engine reports it where they succeeded, as AWS bills it where they were refused. */
  writeUnits: number;
  readUnits: number;
}

interface Answer {
  ConsumedCapacity?: { CapacityUnits: number } | { CapacityUnits: number }[];
  Item?: Record<string, AttributeValue>;
}

/** A proxy before an engine that counts what comes through, whichever client sends it; it ends with the process. */
export const startMeter = async (engine: string) => {
  let sent: Sent = { actions: [], writeUnits: 0, readUnits: 0 };

  const count = (action: string, answer: Answer, items = 0): void => {
    sent.actions.push(action);
    const reported = [answer.ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    if (action === 'GetItem') sent.readUnits += reported;
    // The engines don't agree: DynamoDB Local counts a delete twice as much.
    else if (action === 'TransactWriteItems') sent.writeUnits += 2 * items;
    else sent.writeUnits += answer.ConsumedCapacity ? reported : unitsOfRefusal(answer);
  };

  const endpoint = await listen(async (request, response) => {
    const input = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const metered = JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' });
    const { status, headers, body } = await forward(engine, request, metered);
    count(
      String(request.headers['x-amz-target']).replace(/^.*\./, ''),
      JSON.parse(body.toString()),
      input.TransactItems?.length,
    );
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
 * AWS bills a refused write by the size of the item that refused it, one unit at least; each item of a transaction twice, cancelled or
 * not. The items of these transactions are below 1 KB.
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
