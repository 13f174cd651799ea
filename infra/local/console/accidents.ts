import * as v from 'valibot';
import { type Fault, refusedWith } from '../faults/fault.ts';
import type { Accidents, AccidentsChange } from './protocol.ts';
import { isOfKind, type StoreCall } from './store-call.ts';

export const accidentsSchema = v.strictObject({
  table: v.optional(v.picklist(['normal', 'slow', 'throttled'])),
  provider: v.optional(v.picklist(['normal', 'slow', 'failing'])),
  nextCall: v.optional(
    v.nullable(
      v.strictObject({ of: v.picklist(['claim', 'completion', 'any']), lost: v.picklist(['after', 'before']) }),
    ),
  ),
  nextAnswer: v.optional(v.boolean()),
  nextCharge: v.optional(v.boolean()),
});

export type PlannedAccidents = {
  current(): Accidents;
  plan(change: AccidentsChange): void;
  /** What becomes of this call; an accident that was planned for the next one is over with it. */
  faultFor(call: StoreCall): Fault;
  /** Whether it is this one's turn, which then is over. */
  take(accident: 'nextAnswer' | 'nextCharge'): boolean;
};

const none: Accidents = { table: 'normal', provider: 'normal', nextCall: null, nextAnswer: false, nextCharge: false };

const slowMs = 700;

export function createAccidents(changed: () => void): PlannedAccidents {
  let accidents = none;
  const plan = (change: AccidentsChange): void => {
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    accidents = { ...accidents, ...Object.fromEntries(given) };
    changed();
  };

  return {
    current: () => accidents,
    plan,
    faultFor(call) {
      const { nextCall, table } = accidents;
      if (nextCall && isOfKind(call, nextCall.of)) {
        plan({ nextCall: null });
        return nextCall.lost === 'after' ? 'lose-answer' : 'refuse';
      }
      if (table === 'throttled') return refusedWith('ThrottlingException');
      return table === 'slow' ? { delayMs: slowMs } : 'pass';
    },
    take(accident) {
      if (!accidents[accident]) return false;
      plan({ [accident]: false });
      return true;
    },
  };
}
