import { NotTried } from '../not-tried.ts';
import type { Exchange } from '../target/exchange.ts';
import type { Target } from '../target/target.ts';

export interface WindowSeen {
  first: Exchange;
  /** When the target should have forgotten the key. */
  late: Exchange;
  effects: number | undefined;
}

/** To be on the safe side of clocks that count whole seconds. */
const marginMs = 1100;

/** A key again, when its time is over. */
export const probeWindow = async (target: Target): Promise<WindowSeen> => {
  const { windowMs } = target.settings;
  if (windowMs === undefined) throw new NotTried('give --window, for how many seconds a key is remembered');
  const operation = target.newOperation();
  const first = await target.accepted('first', operation);
  await target.pause(windowMs + marginMs);
  const { late, effects } = await target.withEffects(operation, async () => ({
    late: await target.send('after-window', operation),
  }));
  return { first, late, effects };
};
