import type { FinalState, HistoryLine } from '../history/history.ts';
import type { Invocation, Operation } from '../history/operations.ts';

/** What was broken, by the name that it is counted under. */
export const violationKinds = {
  'second-effect': 'a second effect although the first run neither failed, crashed nor outlived its lease',
  'run-after-completion': 'a run of an operation whose completion the store had confirmed',
  'two-live-runs': 'a run that began while another one was alive and before its deadline',
  'overtaken-run-completed': 'a run completed the operation after another one had taken over',
  'run-after-crash': "under afterCrash: 'reject', a run although an earlier one went silent",
  'token-ran-twice': 'a second run of a default token',
  'token-lost': 'a token refused as used that nobody can have used',
  'answers-differ': 'two remembered answers of one operation that are not the same',
  'replay-changed': 'an answer that no run of the operation has returned',
  forgotten: 'an operation that was answered as done, and later not',
  'attempt-restarted-after-failure': 'attempt 1 again after a run that failed',
  'attempt-restarted-after-undo': 'attempt 1 again after a claim of unknown fate was undone',
  'attempt-restarted': 'attempt 1 again after a run that went silent',
  'attempt-fell': 'an attempt that is not above the ones before',
  'attempt-shared-by-effects': 'one attempt for two runs that both had effects',
  'attempt-of-nobody': 'an attempt that counts claims which nobody can have made',
  'previous-missing': 'context.idempotency.previous is not told in an attempt above 1',
  'previous-understates': "previous is 'failed' although an earlier run crashed",
  'previous-overstates': "previous is 'crashed' although every earlier run failed cleanly",
  ghost: 'refused as in progress or of unknown outcome although nobody can hold the operation',
  'unavailable-but-ran': '503 although the handler ran under a claim',
  'unavailable-but-consumed': '503 for a token that this very request had used up',
  'unavailable-but-written': '503, safe to repeat, for a commit without a key that was applied',
  'unavailable-but-written-with-key': "503 'not processed' for a commit with a key that was applied",
  'own-write-called-duplicate': 'DUPLICATE because of the very item that this request wrote',
  'duplicate-of-nothing': 'DUPLICATE although there is no such item',
  'refused-without-reason': 'a refusal that nothing in this run can explain',
  'two-successes': 'two callers were told that they made the item',
  'answered-without-writes': 'a success whose writes are not there',
  'duplicate-item': 'two items with one unique value',
  'guard-missing': 'an item whose unique value is not held',
  'guard-of-nobody': 'a unique value that is held for no item',
  'guards-differ': 'items that are written by all verbs, and the guards of their values, are not equal',
  'stock-wrong': 'the stock is not what was there less what was ordered',
  unsettled: 'no final answer although all faults were over',
} as const satisfies Record<string, string>;

export type ViolationKind = keyof typeof violationKinds;

export interface Violation {
  kind: ViolationKind;
  operation: string;
  /** Which invocations broke it. */
  invocations: readonly string[];
  lines: readonly HistoryLine[];
}

/** What is wrong about one operation, if anything. Of the tables it gets what is there of this operation. */
export type Rule = (operation: Operation, final: FinalState) => Iterable<Violation>;

export const violation = (kind: ViolationKind, { id, lines }: Operation, ...invocations: Invocation[]): Violation => ({
  kind,
  operation: id,
  invocations: invocations.map((invocation) => invocation.id),
  lines,
});
