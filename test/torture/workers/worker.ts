import { AsyncLocalStorage } from 'node:async_hooks';
import { flushCompileCache } from 'node:module';
import { httpApiEvent, lambdaContext } from '../../support/lambda.ts';
import { plantOf } from '../plants/plants.ts';
import { createHandlers } from './handlers.ts';
import { openLibrary } from './library.ts';
import type { FromWorker, InvocationRequest, ToWorker, WorkerLine, WorkerSettings } from './messages.ts';
import { toAnswer, toFailure } from './to-answer.ts';
import { watchedStore } from './watched-store.ts';

/** An execution environment: serves invocations until it is killed. */
const settings: WorkerSettings = JSON.parse(process.argv[2] ?? '');
const { client, tables, skewMs } = settings;
const now = () => Date.now() + skewMs;
const plant = plantOf(settings.plant);

const send = (message: FromWorker): void => {
  process.send?.(message);
};

/** A Ctrl-C reaches the whole group; it is the parent that ends its workers. */
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());

const awaited = new Map<number, () => void>();
let lines = 0;

const record = ({ invocation, operation }: InvocationRequest, line: WorkerLine): Promise<void> => {
  lines += 1;
  const number = lines;
  send({ type: 'line', invocation, operation, line, number });
  return new Promise((resolve) => awaited.set(number, resolve));
};

const current = new AsyncLocalStorage<{ request: InvocationRequest; events: string[] }>();

const { library, store: realStore, onDynamoDB } = await openLibrary(client, settings.endpoint, tables.records);

/** On DynamoDB, and with what is planted there. */
const planted = () => {
  if (!onDynamoDB) return undefined;
  const api = { ...onDynamoDB.api, ...plant?.api?.(onDynamoDB.api) };
  const store = library.dynamoDBStore({ tableName: tables.records, client: api });
  return { api, store: { ...store, ...plant?.store?.(store) } };
};

const tell = (verb: string, outcome: string): void => {
  const request = current.getStore()?.request;
  if (!request) return;
  const { invocation, operation } = request;
  send({ type: 'line', invocation, operation, line: { kind: 'called', verb, outcome } });
};

const own = planted();
const written = own && { api: own.api, store: watchedStore(own.store, tell) };
const store = written?.store ?? watchedStore(realStore, tell);

/** The library warns of each callback that throws. */
console.warn = () => undefined;

const callback = (): void => {
  if (current.getStore()?.request.plan.callbacksThrow) throw new Error('a callback throws');
};

const handlers = createHandlers({
  library,
  store,
  onDynamoDB: written,
  tables,
  now,
  answersEarly: settings.answersEarly,
  onEvent: ({ type }) => {
    current.getStore()?.events.push(type);
    callback();
  },
  callback,
  record,
  requestOf: () => current.getStore()?.request as InvocationRequest,
});

const serve = async (request: InvocationRequest): Promise<void> => {
  const { operation, invocation, entry, token, amount, deadlineEpochMs } = request;
  const context = lambdaContext({
    awsRequestId: invocation,
    functionName: entry,
    getRemainingTimeInMillis: () => Math.max(0, deadlineEpochMs - Date.now()),
  });
  const event = httpApiEvent({
    path: `/${entry}`,
    headers: token === undefined ? { 'idempotency-key': operation } : { token },
    body: { orderNo: operation, amount },
  });
  const handler = handlers[entry];
  if (!handler) throw new Error(`there is no ${entry} on this store`);
  const events: string[] = [];
  await current.run({ request, events }, async () => {
    const answer = await handler(event, context).then(
      (value) => toAnswer(value, events),
      (error) => toFailure(error, library.IdempotencyError.is),
    );
    send({ type: 'answer', invocation, answer: { ...answer, events } });
  });
};

process.on('message', (message: ToWorker) => {
  if (message.type === 'recorded') {
    awaited.get(message.line)?.();
    awaited.delete(message.line);
  } else void serve(message);
});

send({ type: 'ready' });
// Later workers start faster; one that is killed would not leave what it has compiled.
flushCompileCache();
