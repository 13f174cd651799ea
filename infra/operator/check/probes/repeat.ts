import type { Exchange } from '../target/exchange.ts';
import { reordered } from '../target/other-payload.ts';
import type { Target } from '../target/target.ts';

export interface RepeatSeen {
  first: Exchange;
  repeat: Exchange;
  effects: number | undefined;
}

/** The same request twice, one after the other. */
export const probeRepeat = (target: Target): Promise<RepeatSeen> => {
  const operation = target.newOperation();
  return target.withEffects(operation, async () => ({
    first: await target.accepted('first', operation),
    repeat: await target.send('repeat', operation),
  }));
};

export interface ReorderedSeen {
  first: Exchange;
  /** `undefined` where the body is nothing that could be written otherwise. */
  repeat: Exchange | undefined;
}

/** The same request with its JSON written otherwise. */
export const probeReordered = async (target: Target): Promise<ReorderedSeen> => {
  const operation = target.newOperation();
  const first = await target.accepted('first', operation);
  const body = first.request.body && reordered(first.request.body);
  return { first, repeat: body ? await target.send('repeat', operation, { body }) : undefined };
};
