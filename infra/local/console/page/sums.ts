import type { Cure, Lane, MarkKind } from '../protocol.ts';

export type Sums = { requests: number; runs: number; effects: number; effect: 'charge' | 'order' | 'checkout' };

const effects: Record<Cure, { effect: Sums['effect']; mark: MarkKind }> = {
  none: { effect: 'charge', mark: 'charged' },
  key: { effect: 'charge', mark: 'charged' },
  token: { effect: 'charge', mark: 'charged' },
  order: { effect: 'order', mark: 'ordered' },
  'order-none': { effect: 'order', mark: 'ordered' },
  checkout: { effect: 'checkout', mark: 'completed' },
  other: { effect: 'charge', mark: 'charged' },
};

/** How often something was asked for, how often its handler ran, and how often it happened. */
export function sumsOf(cure: Cure, lanes: readonly Lane[]): Sums {
  const { effect, mark } = effects[cure];
  return {
    requests: lanes.length,
    runs: lanes.filter(({ phases }) => phases.some(({ kind }) => kind === 'running' || kind === 'unguarded')).length,
    effects: lanes.reduce((sum, { marks }) => sum + marks.filter(({ kind }) => kind === mark).length, 0),
    effect,
  };
}

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
