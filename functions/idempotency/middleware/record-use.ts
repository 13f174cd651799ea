import type { Request } from '@middy/core';
import type { Context } from 'aws-lambda';
import { oneOfProcess } from '../base/one-of-process.ts';
import type { IdempotencyRecord } from '../record/record.ts';
import { isLambdaContext, lambdaContextOf } from '../request/durable.ts';
import { shownBy } from './context-view.ts';

/** A record in use by a handler. */
interface RecordUse {
  id: string;
  isUnderWay: () => boolean;
}

const idsByRequest = new WeakMap<Request, readonly string[]>();

/** On the context that a handler is given: what it calls with that is inside it. What runs at the same time has a context of its own. */
const usesAround = Symbol.for('middy-idempotency.usesAround');

const usesOf = (context: object): readonly RecordUse[] =>
  (context as { [usesAround]?: readonly RecordUse[] })[usesAround] ?? [];

const sharedRecord = (): TypeError =>
  new TypeError(
    'Two middlewares of one invocation use the same record, so the second would be blocked, or get the answer of the first. Remove one, ' +
      'or give it a `namespace` or a `key` of its own. (In a test, give each invocation a context of its own.)',
  );

/** @throws {TypeError} when another middleware, of this handler or one around it, uses the same record: it would refuse the second */
export const useRecordOnce = (request: Request, id: string): void => {
  const ids = idsByRequest.get(request) ?? [];
  if (ids.includes(id) || usesOf(request.context).some((use) => use.id === id && use.isUnderWay())) {
    throw sharedRecord();
  }
  idsByRequest.set(request, [...ids, id]);
};

/** What the handler's context, and each copy of it, gets, and in that the record that is in use. */
export const withRecordUse = <More extends object>(more: More, { context }: Request, use: RecordUse): More =>
  Object.defineProperty(more, usesAround, { value: [...usesOf(context), use], enumerable: true });

/** What all contexts of an invocation have in common, copies too, beside its id: Lambda makes this function anew for each. */
const invocationOf = ({ context }: Request): object => {
  const own = shownBy(lambdaContextOf(shownBy(context)));
  return isLambdaContext(own) && !isOfClass(own, 'getRemainingTimeInMillis') ? own.getRemainingTimeInMillis : own;
};

/** Whether a method is one of a class, which all of its instances have, or made anew by a getter whenever it is read. */
const isOfClass = (object: Context, name: keyof Context, holder: object = object): boolean => {
  if (!Object.hasOwn(holder, name)) return isOfClass(object, name, Object.getPrototypeOf(holder));
  const isGetter = Object.getOwnPropertyDescriptor(holder, name)?.get !== undefined;
  const [told, again] = [object[name], object[name]];
  return Object.hasOwn(holder, 'constructor') && !(isGetter && told === again);
};

type OwnedRecord = Pick<IdempotencyRecord, 'id' | 'owner'>;

interface Ran {
  owner: string | undefined;
  middleware: object;
}

/** Which middleware has run, or replayed, whose record in an invocation. */
const runs = oneOfProcess('runs', () => new WeakMap<object, Map<string, Ran>>());

/** More than the records of any batch; a local server may have one context for ever. */
const mostRuns = 20_000;

const runsOf = (request: Request): Map<string, Ran> => {
  const invocation = invocationOf(request);
  const known = runs.get(invocation);
  if (known && known.size < mostRuns) return known;
  const anew = new Map<string, Ran>();
  runs.set(invocation, anew);
  return anew;
};

const nameOf = ({ context }: Request, { id }: OwnedRecord): string => `${lambdaContextOf(context).awsRequestId} ${id}`;

/** @param middleware an object that no other middleware has */
export const noteRun = (request: Request, middleware: object, record: OwnedRecord): void => {
  runsOf(request).set(nameOf(request, record), { owner: record.owner, middleware });
};

/** @throws {TypeError} when another middleware has run or replayed the operation in the same invocation: its answer is another handler's */
export const noteReplay = (request: Request, middleware: object, record: OwnedRecord): void => {
  const ran = runsOf(request).get(nameOf(request, record));
  if (ran && ran.owner === record.owner && ran.middleware !== middleware) throw sharedRecord();
  noteRun(request, middleware, record);
};
