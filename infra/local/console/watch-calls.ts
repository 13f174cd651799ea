import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Fault } from '../faults/fault.ts';
import type { FaultProxyOptions } from '../faults/fault-proxy.ts';
import type { EngineAnswer } from '../faults/forward.ts';
import type { RedisProxyOptions } from '../faults/redis-proxy.ts';
import type { PlannedAccidents } from './accidents.ts';
import type { Environments } from './environments.ts';
import type { LaneBook } from './lane-book.ts';
import type { Lane } from './protocol.ts';
import { scriptCallOf, scriptEnded } from './script-call.ts';
import { type Ended, type StoreCall, type StoreCallKind, storeCallOf, type TableNames } from './store-call.ts';

type Context = { book: LaneBook; environments: Environments; accidents: PlannedAccidents; tables: TableNames };

type Answer = { Item?: Record<string, AttributeValue>; Attributes?: Record<string, AttributeValue> };

const names: Record<StoreCallKind, string> = {
  claim: 'claim',
  completion: 'completion',
  release: 'release',
  undo: 'undoing of the claim',
  issue: 'token’s record',
  consume: 'use of the token',
  commit: 'transaction',
  payment: 'payment’s item',
  order: 'order’s item',
  checkout: 'checkout’s item',
  other: 'call',
};

/** Tells the lanes what their functions ask of the tables, and lets go wrong what is to. */
export function watchCalls(
  { book, environments, accidents, tables }: Context,
  written: () => void,
): { dynamoDB: FaultProxyOptions; redis: RedisProxyOptions } {
  const faultFor = (path: string, call: StoreCall): Fault => {
    const fault = accidents.faultFor(call);
    const lane = environments.at(path)?.lane;
    if (!lane) return fault;
    begin(book, lane, call);
    if (typeof fault === 'object' && 'status' in fault) {
      book.mark(lane, 'throttled', `the table refuses the ${names[call.kind]}: too many requests`);
    } else if (fault === 'refuse') {
      book.mark(lane, 'lost', `the ${names[call.kind]} gets lost on its way to the table`);
    }
    return fault;
  };
  const onEnd = (path: string, call: StoreCall, fault: Fault, ended: Ended | undefined): void => {
    written();
    const lane = environments.at(path)?.lane;
    if (lane && ended) end(book, lane, call, fault, ended);
  };
  return {
    dynamoDB: {
      faultFor: (request) => faultFor(request.path, storeCallOf(request, tables)),
      onEnd: (request, fault, answer) =>
        onEnd(request.path, storeCallOf(request, tables), fault, answer && answerEnded(answer)),
    },
    redis: {
      faultFor: (request) => faultFor(request.path, scriptCallOf(request)),
      onEnd: (request, fault, answer) =>
        onEnd(request.path, scriptCallOf(request), fault, answer === undefined ? undefined : scriptEnded(answer)),
    },
  };
}

function answerEnded({ status, body }: EngineAnswer): Ended {
  const { Attributes, Item } = JSON.parse(body.toString() || '{}') as Answer;
  const met = Attributes ?? Item;
  const attempt = met?.['attempt']?.N;
  return {
    ok: status === 200,
    met: met && {
      status: met['status']?.S,
      owner: met['owner']?.S,
      attempt: attempt === undefined ? undefined : Number(attempt),
    },
  };
}

function begin(book: LaneBook, lane: Lane, { kind, recordId, owner }: StoreCall): void {
  if (recordId !== undefined) book.note(lane, { recordId, ...(owner !== undefined && { owner }) });
  const last = lane.phases.at(-1)?.kind;
  if (kind === 'claim' || kind === 'consume') {
    if (last !== 'claiming') book.enter(lane, 'claiming');
  } else if (kind === 'completion' || kind === 'release' || kind === 'undo' || kind === 'commit') {
    if (last !== 'completing') book.enter(lane, 'completing');
  }
}

function end(book: LaneBook, lane: Lane, call: StoreCall, fault: Fault, ended: Ended): void {
  if (fault === 'lose-answer') {
    book.mark(lane, 'lost', `the table applies the ${names[call.kind]}, and its answer gets lost`);
    return;
  }
  const ends: Partial<Record<StoreCallKind, typeof claimEnded>> = {
    claim: claimEnded,
    consume: consumeEnded,
    completion: completionEnded,
    release: releaseEnded,
    commit: commitEnded,
    payment: (...[, , , { ok }]) => ok && book.mark(lane, 'written', 'the payment is written'),
    order: (...[, , , { ok }]) => ok && book.mark(lane, 'ordered', 'the order is written'),
    checkout: (...[, , , { ok }]) => ok && book.mark(lane, 'written', 'the checkout is written'),
  };
  ends[call.kind]?.(book, lane, call, ended);
}

type CallEnded = (book: LaneBook, lane: Lane, call: StoreCall, ended: Ended) => void;

const claimEnded: CallEnded = (book, lane, { owner, leaseExpiresAtMs = 0 }, { ok, met }) => {
  if (ok) {
    const attempt = (met?.attempt ?? 0) + 1;
    const tookOver = met?.status === 'IN_PROGRESS';
    book.note(lane, { attempt, leaseExpiresAtMs });
    if (tookOver) book.mark(lane, 'taken-over', `the earlier lease has ended: it takes over, as attempt ${attempt}`);
    else book.mark(lane, 'claimed', `it claims the operation, as attempt ${attempt}`);
    book.enter(lane, 'running', attempt);
  } else if (met?.owner === owner && met?.status === 'IN_PROGRESS') {
    const attempt = met.attempt ?? 1;
    book.note(lane, { attempt, leaseExpiresAtMs });
    book.mark(lane, 'claimed', 'it asks again, finds its own claim, and goes on');
    book.enter(lane, 'running', attempt);
  } else {
    const says = met ? `the record is there already: ${statusWords[met.status ?? ''] ?? 'it is refused'}` : 'refused';
    book.mark(lane, 'claim-refused', says);
    book.enter(lane, 'working');
  }
};

const statusWords: Record<string, string> = {
  IN_PROGRESS: 'another request holds the claim',
  COMPLETED: 'the operation is done, and its answer remembered',
  RELEASED: 'it is free, but only for the payload it has seen',
};

const consumeEnded: CallEnded = (book, lane, _call, { ok }) => {
  if (ok) {
    book.mark(lane, 'token-used', 'it uses the token up');
    book.enter(lane, 'running', 1);
  } else {
    book.mark(lane, 'claim-refused', 'the token is not there: used, unknown, or somebody else’s');
    book.enter(lane, 'working');
  }
};

const completionEnded: CallEnded = (book, lane, { owner }, { ok, met }) => {
  if (ok) book.mark(lane, 'completed', 'the answer is in the record');
  else if (met?.status === 'COMPLETED' && met.owner === owner) {
    book.mark(lane, 'completed', 'it asks again, and finds that its answer is in the record');
  } else book.mark(lane, 'completion-refused', 'the record belongs to another run by now: nothing changes');
  book.enter(lane, 'working');
};

const releaseEnded: CallEnded = (book, lane, _call, { ok }) => {
  if (ok) book.mark(lane, 'released', 'the run failed: the operation is free again');
  book.enter(lane, 'working');
};

const commitEnded: CallEnded = (book, lane, _call, { ok }) => {
  if (ok && lane.cure === 'order') book.mark(lane, 'ordered', 'one transaction writes order, guard and stock');
  else if (ok && lane.cure === 'order-none') book.mark(lane, 'ordered', 'the order is written, and the stock taken');
  else if (!ok) book.mark(lane, 'claim-refused', 'the transaction is refused: none of its writes is done');
  book.enter(lane, 'working');
};
