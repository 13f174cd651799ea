import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { type Comparison, compare } from '../compare/compare.ts';
import { peers } from '../compare/node-targets.ts';
import { comparisonTable, withTable } from '../compare/table.ts';
import { root } from '../support/consumer.ts';

const page = join(root, 'docs/compare.md');

let comparison: Comparison;

beforeAll(async () => {
  // A function that fails on demand says so.
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  comparison = await compare();
  said.mockRestore();
}, 300_000);

const resultsOf = (name: string, result: string): string[] =>
  (comparison[name] ?? []).filter(({ verdict }) => verdict.result === result).map(({ rule }) => rule.id);

it('finds that this library keeps every rule', () => {
  expect([resultsOf('middy-idempotency', 'failed'), resultsOf('middy-idempotency', 'not tried')]).toEqual([[], []]);
});

it('finds that a duplicate which Powertools refuses lets the next one run', () => {
  expect(resultsOf('Powertools (Middy)', 'failed')).toEqual(
    expect.arrayContaining(['running-kept', 'payload-harmless', 'concurrent-one-effect']),
  );
});

it('is what docs/compare.md has, of the versions that it names', async () => {
  const text = await readFile(page, 'utf8');
  expect(withTable(text, comparisonTable(comparison))).toBe(text);
  for (const [name, version] of Object.entries(peers)) expect(text).toContain(`\`${name}\` ${version}`);
});
