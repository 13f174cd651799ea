import { forward, listen } from '../../test/support/fault-proxy.ts';
import { unitsOf } from '../../test/support/meter.ts';
import type { Sample } from './emf-samples.ts';

interface Request {
  TableName?: string;
  TransactItems?: Record<string, { TableName: string }>[];
}

export interface TableProxy {
  endpoint: string;
  /** Which part of the requests for the table is throttled from now on. */
  throttle(share: number): void;
  /** Which part of the answers of the table is lost from now on: the request is applied, and the connection hangs. */
  loseAnswers(share: number): void;
}

/**
 * Stands before an engine and tells of one table what DynamoDB tells CloudWatch of it: consumed units, throttled requests.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
export const startTableProxy = async (
  engine: string,
  tableName: string,
  { random, tell }: { random: () => number; tell: (sample: Sample) => void },
): Promise<TableProxy> => {
  let throttled = 0;
  let lost = 0;

  const count = (name: string, value: number) => {
    if (value === 0) return;
    tell({ namespace: 'AWS/DynamoDB', name, dimensions: { TableName: tableName }, atMs: Date.now(), value });
  };

  const endpoint = await listen(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const input = JSON.parse(text) as Request;
    const tables = input.TransactItems?.flatMap((item) => Object.values(item).map((one) => one.TableName));
    const items = (tables ?? [input.TableName]).filter((name) => name === tableName);
    if (items.length === 0) {
      const { status, headers, body } = await forward(engine, request, text);
      response.writeHead(status, headers).end(body);
      return;
    }
    const action = String(request.headers['x-amz-target']).replace(/^.*\./, '');
    if (random() < throttled) {
      count(action === 'GetItem' ? 'ReadThrottleEvents' : 'WriteThrottleEvents', 1);
      const error = 'com.amazonaws.dynamodb.v20120810#ThrottlingException';
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(
        JSON.stringify({ __type: error, message: 'Throughput exceeds the current capacity of your table.' }),
      );
      return;
    }
    const isLost = random() < lost;
    const { status, headers, body } = await forward(
      engine,
      request,
      JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' }),
    );
    const { writeUnits, readUnits } = unitsOf(
      action,
      input.TransactItems ? { TransactItems: items } : {},
      JSON.parse(body.toString()),
    );
    count('ConsumedWriteCapacityUnits', writeUnits);
    count('ConsumedReadCapacityUnits', readUnits);
    if (!isLost) response.writeHead(status, headers).end(body);
  });

  return {
    endpoint,
    throttle: (share) => {
      throttled = share;
    },
    loseAnswers: (share) => {
      lost = share;
    },
  };
};
