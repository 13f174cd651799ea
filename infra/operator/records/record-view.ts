import { iso } from '../output/time.ts';
import { type Answer, answerOf, decodedAnswer } from './answer.ts';
import { type NextRequest, nextRequest } from './next-request.ts';
import { namespaceOf, type Seen } from './seen.ts';
import { isHeldForGood, type State, stateOf } from './state.ts';

/** A record for programs. Without `result` nothing in it is a key, a token, a principal or an answer. */
export interface RecordView {
  id: string;
  namespace: string;
  state: State;
  attempt: number | null;
  previous: 'failed' | 'crashed' | null;
  owner: string | null;
  fence: string | null;
  requestId: string | null;
  claimedAt: string | null;
  leaseExpiresAt: string | null;
  /** `null` for never. */
  expiresAt: string | null;
  tokenExpiresAt: string | null;
  /** Whether nobody but an operator ends it. */
  heldForGood: boolean;
  answer: Answer | null;
  nextRequest: NextRequest;
  /** Only when it was asked for. */
  result?: unknown;
}

const time = (ms: number | undefined): string | null => (ms === undefined || !Number.isFinite(ms) ? null : iso(ms));

export const recordView = (seen: Seen, nowMs: number, { withResult = false } = {}): RecordView => {
  const { record, tokenExpiresAtSeconds } = seen;
  const outcome = withResult ? decodedAnswer(seen) : undefined;
  return {
    id: record.id,
    namespace: namespaceOf(record),
    state: stateOf(seen, nowMs),
    attempt: record.attempt ?? null,
    previous: record.previous ?? null,
    owner: record.owner ?? null,
    fence: record.fence ?? null,
    requestId: record.requestId ?? null,
    claimedAt: time(record.claimedAtMs),
    leaseExpiresAt: time(record.leaseExpiresAtMs),
    expiresAt: time(record.expiresAtSeconds * 1000),
    tokenExpiresAt: time(tokenExpiresAtSeconds && tokenExpiresAtSeconds * 1000),
    heldForGood: isHeldForGood(record),
    answer: answerOf(seen) ?? null,
    nextRequest: nextRequest(seen, nowMs),
    ...(outcome && { result: outcome.thrown ? { error: (outcome.error as Error).message } : (outcome.value ?? null) }),
  };
};
