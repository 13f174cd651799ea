import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measurementsOf } from '../../functions/idempotency/addons/metrics/measurements.ts';
import { type IdempotencyEventType, troubles } from '../../functions/idempotency/protocol/event.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Each member of the union of normal events, with the comment before it. */
const normal = (): [string, string][] => {
  const [, union = ''] = read('functions/idempotency/protocol/event.ts').split(
    /export type NormalEventType =|;\n\n\/\*\* What somebody/,
  );
  return [...union.matchAll(/\/\*\* (.*?) \*\/\s*\| '([\w-]+)'/gs)].map(([, says = '', type = '']) => [type, says]);
};

it('docs/events.md lists every event, with what the code says of it and the metric that counts it', () => {
  const listed = [...normal(), ...Object.entries(troubles)] as [IdempotencyEventType, string][];
  const rows = listed.map(([type, says]) => {
    const severity = Object.hasOwn(troubles, type) ? ('trouble' as const) : ('normal' as const);
    const [metric] = measurementsOf({ type, severity });
    const name = severity === 'trouble' ? `\`${type}\` (trouble)` : `\`${type}\``;
    return `| ${name} | ${says} | ${metric ? `\`${metric.name}\`` : ''} |`;
  });
  expect(rows.length).toBeGreaterThan(20);
  const page = read('docs/events.md');
  const [, table = ''] = page.split(/## Every event\n\n\| type .*\n\| --- .*\n|\n## Metrics/);
  expect(table.trim().split('\n')).toEqual(rows);
});
