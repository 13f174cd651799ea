import { NotTried } from '../not-tried.ts';
import { type Exchange, isSuccess } from '../target/exchange.ts';
import { filled } from '../target/operation.ts';
import { otherPayload } from '../target/other-payload.ts';
import type { Target } from '../target/target.ts';

export interface OtherPayloadSeen {
  first: Exchange;
  other: Exchange;
  effects: number | undefined;
  /** The first payload again. */
  repeat: Exchange;
}

/** A key that was used, with another payload; which, with a key of its own, is done. */
export const probeOtherPayload = async (target: Target): Promise<OtherPayloadSeen> => {
  const { body, otherBody } = target.settings;
  const other = otherBody ?? (body && otherPayload(body));
  if (!other) throw new NotTried('give --other-body: the body has no number or text that could be changed');
  const control = await target.send('first', target.newOperation(), { body: other });
  if (!isSuccess(control)) {
    throw new NotTried(`give --other-body: ${other} is answered with ${control.answer.status}, whatever the key`);
  }
  const operation = target.newOperation();
  const first = await target.accepted('first', operation);
  const { exchange, effects } = await target.withEffects(operation, async () => ({
    exchange: await target.send('other-payload', operation, { body: filled(other, operation) }),
  }));
  return { first, other: exchange, effects, repeat: await target.send('repeat', operation) };
};
