import type { IncomingMessage, ServerResponse } from 'node:http';
import { createClient } from '../dynamodb-client.ts';
import { startFaultProxy } from '../faults/fault-proxy.ts';
import { createFunctionPool } from '../function-pool.ts';
import type { FunctionHost } from '../function-process.ts';
import type { GatewayRoute } from '../gateway.ts';
import { createAccidents } from './accidents.ts';
import { createCommandServer } from './command-server.ts';
import { createEnvironments } from './environments.ts';
import { createEventStream } from './event-stream.ts';
import { createLaneBook } from './lane-book.ts';
import { createObservedRoute } from './observed-route.ts';
import type { Snapshot } from './protocol.ts';
import { startProvider } from './provider.ts';
import { recordsInDynamoDB } from './records-in-dynamodb.ts';
import { recordsInRedis } from './records-in-redis.ts';
import { createSender } from './sender.ts';
import type { TableNames } from './store-call.ts';
import { stories } from './stories/stories.ts';
import { createTableWatch } from './table-watch.ts';
import { startTwins } from './twins.ts';
import { watchCalls } from './watch-calls.ts';

export type Console = {
  /** Lets the console look on at the processes of functions. */
  watch: NonNullable<FunctionHost['watch']>;
  /** Lets the console look on at what comes through a route. */
  observed(route: GatewayRoute): GatewayRoute;
  /** What there is beside the stack. */
  routes: GatewayRoute[];
  intercept(message: IncomingMessage, response: ServerResponse): boolean;
  losesAnswer(requestId: string): boolean;
  close(): Promise<void>;
};

export type ConsoleOptions = {
  /** Where the API will be. */
  url: string;
  /** The engine. */
  endpoint: string;
  /** Of the Redis that has the records, if they aren't in a table. */
  redisPort?: number | undefined;
  /** From logical id to local name. */
  tables: Record<string, string>;
  routeKeys: string[];
  log: (line: string) => void;
};

/** What shows the accident, and the cure: a page at `/_console` that sees everything which the local run does. */
export async function startConsole({
  url,
  endpoint,
  redisPort,
  tables: all,
  routeKeys,
  log,
}: ConsoleOptions): Promise<Console> {
  const tables = tableNames(all);
  const client = createClient(endpoint);
  const snapshot = (): Snapshot => {
    const lanes = book.lanes().slice(-sentLanes);
    const shown = new Set(lanes.map(({ groupId }) => groupId));
    return {
      nowMs: Date.now(),
      shop: hasShop(routeKeys, tables),
      groups: book.groups().filter(({ id, endedMs }) => shown.has(id) || endedMs === undefined),
      lanes,
      tables: tableWatch.current(),
      accidents: accidents.current(),
      stories: stories.map(({ name, title, shows }) => ({ name, title, shows })),
    };
  };
  const stream = createEventStream(snapshot);
  const book = createLaneBook(stream.changed);
  const accidents = createAccidents(() => stream.changed({ accidents: accidents.current() }));
  const environments = createEnvironments(book);
  const provider = await startProvider({ book, environments, accidents }, () => tableWatch.written());
  const calls = watchCalls({ book, environments, accidents, tables }, () => tableWatch.written());
  const source =
    redisPort === undefined
      ? recordsInDynamoDB(client, tables.Idempotency)
      : await recordsInRedis(redisPort, calls.redis);
  const tableWatch = createTableWatch({ client, tables, source, charges: provider.charges, stream, log });
  const proxy = await startFaultProxy(endpoint, calls.dynamoDB);

  const watch: Console['watch'] = ({ name }) =>
    environments.watch(name, (path) => ({
      AWS_ENDPOINT_URL_DYNAMODB: `${proxy.endpoint}${path}`,
      PROVIDER_URL: `${provider.endpoint}${path}`,
      ...source.addresses(path),
    }));
  const { observed, losesAnswer } = createObservedRoute(book, accidents);
  const twins = hasShop(routeKeys, tables)
    ? await startTwins(tables, (model) => createFunctionPool(model, { endpoint, watch, log }))
    : undefined;
  const intercept = createCommandServer({
    theatre: {
      url,
      book,
      sender: createSender(url),
      accidents,
      provider,
      source,
    },
    environments,
    stream,
    tableWatch,
    log,
  });

  return {
    watch,
    observed,
    routes: (twins?.routes ?? []).map(observed),
    intercept,
    losesAnswer,
    async close() {
      stream.close();
      tableWatch.close();
      await twins?.close();
      await Promise.all([proxy.close(), provider.close(), source.close()]);
      client.destroy();
    },
  };
}

const sentLanes = 500;

function tableNames(tables: Record<string, string>): TableNames {
  const names = ['Idempotency', 'Payments', 'Orders', 'Stock', 'Checkouts'] as const;
  const found = names.map((prefix) => [
    prefix,
    Object.entries(tables).find(([logicalId]) => logicalId.startsWith(prefix))?.[1],
  ]);
  return Object.fromEntries(found.filter(([, name]) => name !== undefined));
}

/** Whether what runs is the example, which the shop and the stories are about. */
function hasShop(routeKeys: string[], { Idempotency, Payments, Orders, Stock }: TableNames): boolean {
  const needed = ['POST /payments', 'POST /token/pay', 'GET /token/getkey', 'POST /orders', 'POST /checkouts'];
  return [Idempotency, Payments, Orders, Stock].every(Boolean) && needed.every((key) => routeKeys.includes(key));
}
