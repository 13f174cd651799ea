import type { ServerResponse } from 'node:http';
import { forward } from '../../infra/local/faults/forward.ts';
import { startLoopbackService } from '../../infra/local/faults/loopback-service.ts';
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
  /** Which part of the answers of the table is lost from now on: the request is applied, and nobody is told. */
  loseAnswers(share: number): void;
  /** Which part of the requests for other tables fails from now on. */
  failOthers(share: number): void;
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
  let failed = 0;

  const count = (name: string, value: number) => {
    if (value === 0) return;
    tell({ namespace: 'AWS/DynamoDB', name, dimensions: { TableName: tableName }, atMs: Date.now(), value });
  };

  const { endpoint } = await startLoopbackService(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const input = JSON.parse(text) as Request;
    const tables = input.TransactItems?.flatMap((item) => Object.values(item).map((one) => one.TableName));
    const items = (tables ?? [input.TableName]).filter((name) => name === tableName);
    if (items.length === 0) {
      if (random() < failed) return refuse(response, 'ResourceNotFoundException', 'Requested resource not found');
      const { status, headers, body } = await forward(engine, request, text);
      response.writeHead(status, headers).end(body);
      return;
    }
    const action = String(request.headers['x-amz-target']).replace(/^.*\./, '');
    if (random() < throttled) {
      count(action === 'GetItem' ? 'ReadThrottleEvents' : 'WriteThrottleEvents', 1);
      return refuse(response, 'ThrottlingException', 'Throughput exceeds the current capacity of your table.');
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
    failOthers: (share) => {
      failed = share;
    },
  };
};

const refuse = (response: ServerResponse, error: string, message: string): void => {
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${error}`, message }));
};
