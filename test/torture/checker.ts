import { brokenUniqueness } from '../support/uniqueness.ts';
import type { FinalState, History } from './history/history.ts';
import { operationsOf } from './history/operations.ts';
import { attempts } from './rules/attempts.ts';
import { defaultToken } from './rules/default-token.ts';
import { effects } from './rules/effects.ts';
import { ghosts } from './rules/ghosts.ts';
import { previous } from './rules/previous.ts';
import { rejectAfterCrash } from './rules/reject-after-crash.ts';
import { replays } from './rules/replays.ts';
import { settled } from './rules/settled.ts';
import { unavailable } from './rules/unavailable.ts';
import { uniqueWrites } from './rules/unique-writes.ts';
import type { Rule, Violation } from './rules/violation.ts';

const rules: readonly Rule[] = [
  effects,
  rejectAfterCrash,
  defaultToken,
  replays,
  attempts,
  previous,
  ghosts,
  unavailable,
  uniqueWrites,
  settled,
];

/** Every way in which a history breaks what the library promises. */
export const check = ({ lines, final }: History): Violation[] => {
  const items = Map.groupBy(final.items, ({ operation }) => operation);
  const guards = Map.groupBy(final.guards, ({ operation }) => operation);
  const ofOperations = operationsOf(lines).flatMap((operation) => {
    const { id } = operation;
    const own = { ...final, items: items.get(id) ?? [], guards: guards.get(id) ?? [] };
    return rules.flatMap((rule) => [...rule(operation, own)]);
  });
  return [...ofOperations, ...stockViolations(final), ...guardViolations(final)];
};

/** Whatever verbs wrote them: each value is held once, and for the item that has it. */
const guardViolations = ({ users }: FinalState): Violation[] => {
  const broken = brokenUniqueness()(users);
  return broken === undefined ? [] : [{ kind: 'guards-differ', operation: broken, invocations: [], lines: [] }];
};

/** Each order takes one of the stock; a single insert takes none. */
const stockViolations = ({ items, stock }: FinalState): Violation[] => {
  const ordered = items.filter(({ unique }) => unique).length;
  if (stock.left === stock.initial - ordered) return [];
  return [
    {
      kind: 'stock-wrong',
      operation: `${stock.left} left of ${stock.initial} after ${ordered} orders`,
      invocations: [],
      lines: [],
    },
  ];
};
