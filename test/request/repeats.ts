import { expect } from 'vitest';
import type { Guarded } from './entrances.ts';

/** What came of a second event under the key of a first one. */
export type Verdict = 'a repeat' | 'another payload' | 'another operation';

export const codeOf = (answer: unknown): unknown => {
  const { code, body } = answer as { code?: string; body?: string };
  return code ?? (body?.startsWith('{') ? JSON.parse(body).code : undefined);
};

const runOf = (answer: unknown): unknown => {
  const { run, body } = answer as { run?: number; body?: string };
  return run ?? JSON.parse(body ?? '{}').run;
};

/** Calls with two events, one after the other. */
export const verdictOf = async (call: Guarded, one: unknown, other: unknown): Promise<Verdict> => {
  const first = await call(one);
  expect(runOf(first)).toBe(1);
  const second = await call(other).catch((error) => error);
  if (codeOf(second) === 'PAYLOAD_MISMATCH') return 'another payload';
  expect([1, 2]).toContain(runOf(second));
  return runOf(second) === 1 ? 'a repeat' : 'another operation';
};
