import { NotTried } from '../not-tried.ts';
import type { Seen } from '../probes/probes.ts';
import type { CheckSettings } from '../settings.ts';
import type { Exchange } from '../target/exchange.ts';

export const levels = ['must', 'should', 'practice'] as const;

/** `must` and `should` as the source has them, or as what it defines could not be called otherwise; `practice` is good practice. */
export type Level = (typeof levels)[number];

/** What was seen, and what it was seen of. */
export interface Evidence {
  seen: Seen;
  exchanges: readonly Exchange[];
  settings: CheckSettings;
}

/** How a target breaks a rule: in words, and by what was sent and answered. */
export interface Breach {
  why: string;
  exchanges: readonly Exchange[];
}

export interface Rule {
  id: string;
  level: Level;
  /** Where it comes from. */
  source: string;
  /** What holds where it is kept. */
  says: string;
  /** @throws {NotTried} when what was seen is not enough to judge by */
  judge(evidence: Evidence): Breach | undefined;
}

export const breach = (why: string, ...exchanges: readonly (Exchange | undefined)[]): Breach => ({
  why,
  exchanges: exchanges.filter((exchange) => exchange !== undefined),
});

/** @throws {NotTried} when the probe was not tried */
export const tried = <Found>(found: Found | NotTried): Found => {
  if (found instanceof NotTried) throw found;
  return found;
};

const giveEffects = 'give --effects-url or --effects-command';

/** @throws {NotTried} when the target does not tell how many effects there were */
export const counted = (effects: number | undefined): number => {
  if (effects === undefined) throw new NotTried(giveEffects);
  return effects;
};

/** @throws {NotTried} when answers don't tell whether something was done again */
export const requireTelling = ({ first }: Seen): void => {
  if (!first.isTelling) {
    throw new NotTried(
      `two operations have the same answer, so that answers do not tell what was done: ${giveEffects}`,
    );
  }
};

export const draft = (section: string): string => `draft 07, ${section}`;
