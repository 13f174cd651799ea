import { describe, expect, it } from 'vitest';
import { clientKinds } from './entry-points.ts';
import { torture } from './torture.ts';

const options = { seconds: 3, seed: 1, store: 'dynamodb', clients: clientKinds.dynamodb } as const;

describe('a short torture', () => {
  it('ends with a final answer for every operation, each entry point among them', async () => {
    const outcome = await torture(options);
    const asked = outcome?.history.lines.filter((line) => line.kind === 'asked') ?? [];
    expect(asked.length).toBeGreaterThan(30);
    expect(new Set(asked.map(({ entry }) => entry)).size).toBe(11);
    expect(outcome?.faults.size).toBeGreaterThan(5);
    expect(outcome?.violations.filter(({ kind }) => kind === 'unsettled')).toEqual([]);
  });

  it('ends without a verdict when it is interrupted', async () => {
    expect(await torture({ ...options, signal: AbortSignal.timeout(1500) })).toBeUndefined();
  });
});
