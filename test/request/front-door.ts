import middy from '@middy/core';
import {
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
  issueToken,
  type MakeIdempotentOptions,
  makeIdempotent,
  principalOf,
  routeOf,
  type SingleUseTokenOptions,
  singleUseToken,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { toHttpRequest } from '../../functions/idempotency/request/http/request.ts';
import { lambdaContext } from '../support/lambda.ts';

/** What came of a call: the number of the run that the caller got the answer of, or why it got none. */
export type Outcome = { run: number } | { code: string; message: string } | { error: string };

export interface FrontDoor {
  call(event: unknown, functionName?: string): Promise<Outcome>;
  runs(): number;
}

interface Refusal {
  code?: string;
  message: string;
}

const outcomeOf = async (answer: Promise<unknown>): Promise<Outcome> => {
  try {
    const { statusCode, body } = (await answer) as { statusCode: number; body: string };
    const said = JSON.parse(body);
    return statusCode === 201 ? said : { code: said.code, message: said.detail };
  } catch (refusal) {
    const { code, message } = refusal as Refusal;
    return code === undefined ? { error: message } : { code, message };
  }
};

type Handler = (event: unknown, context: IdempotentContext) => unknown;

/** A function of which each run gives another answer. */
const counting = (guard: (run: () => Promise<unknown>) => Handler): FrontDoor => {
  let runs = 0;
  const handler = guard(async () => {
    runs += 1;
    return { statusCode: 201, body: JSON.stringify({ run: runs }) };
  });
  const call = (event: unknown, functionName = 'pay') =>
    outcomeOf((async () => handler(event, lambdaContext({ functionName }) as IdempotentContext))());
  return { call, runs: () => runs };
};

export const behindKey = (options: IdempotencyKeyOptions = {}): FrontDoor =>
  counting((run) => middy(run).use(idempotencyKey({ store: memoryStore(), ...options })) as Handler);

export const wrapped = (
  // biome-ignore lint/suspicious/noExplicitAny: the event is any
  options: Partial<MakeIdempotentOptions<unknown, any[], unknown>> = {},
): FrontDoor =>
  counting((run) => makeIdempotent(run, { name: 'pay', store: memoryStore(), ...options } as { name: string }));

/** Protected by one token that `owner` was given; every request has it, unless `options` say where to look. */
export const behindToken = async (
  owner: unknown,
  options?: Pick<SingleUseTokenOptions, 'token'>,
): Promise<FrontDoor & { token: string }> => {
  const store = memoryStore();
  const token = await issueToken(store, { scope: principalOf(owner) });
  const guard = singleUseToken({ store, retainResult: true, ...(options ?? { token: () => token }) });
  return { ...counting((run) => middy(run).use(guard) as Handler), token };
};

/** Every way to protect a function, for an event that may have no key of its own. */
export const frontDoors = (event: unknown): [string, () => Promise<FrontDoor>][] => {
  const key = toHttpRequest(event) ? {} : { key: () => 'k-1' };
  const scope = (given: unknown) => [principalOf(given), routeOf(given)];
  return [
    ['idempotencyKey', async () => behindKey(key)],
    ['makeIdempotent', async () => wrapped('key' in key ? { ...key, scope } : {})],
    ['singleUseToken', () => behindToken(event)],
  ];
};
