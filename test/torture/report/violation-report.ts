import type { HistoryLine } from '../history/history.ts';
import { type Violation, violationKinds } from '../rules/violation.ts';
import { table } from './table.ts';

const shownInFull = 5;

/** How many of which kind, and the first ones with all that happened to their operation: one of each kind before a second. */
export const violationReport = (violations: readonly Violation[]): string => {
  const byKind = [...Map.groupBy(violations, ({ kind }) => kind)].sort(([, a], [, b]) => b.length - a.length);
  const counts = table(
    ['violations', '', 'operations', ''],
    byKind.map(([kind, list]) => [
      kind,
      list.length,
      new Set(list.map(({ operation }) => operation)).size,
      violationKinds[kind],
    ]),
  );
  const inTurn = Array.from({ length: shownInFull }, (_, index) => byKind.flatMap(([, list]) => list[index] ?? []));
  return [counts, ...inTurn.flat().slice(0, shownInFull).map(inFull)].join('\n\n');
};

const inFull = ({ kind, operation, invocations, lines }: Violation): string =>
  [`${kind}: ${operation} ${invocations.join(' ')}`.trimEnd(), ...lines.map((line) => `  ${describe(line)}`)].join(
    '\n',
  );

const longestText = 60;

const describe = ({ at, operation: _, invocation, kind, ...rest }: HistoryLine): string => {
  const fields = Object.entries(rest).map(([name, value]) => `${name} ${textOf(value)}`);
  return `${at.toFixed(0).padStart(7)} ms  ${invocation.padEnd(6)} ${kind.padEnd(10)} ${fields.join(', ')}`.trimEnd();
};

const textOf = (value: unknown): string => {
  if (typeof value === 'number') return String(Math.round(value));
  const text = Array.isArray(value) ? value.join(' ') : String(value);
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
};
