import { NotTried } from '../not-tried.ts';
import { type Exchange, isSuccess } from '../target/exchange.ts';
import type { Target } from '../target/target.ts';

export interface OtherCallerSeen {
  first: Exchange;
  other: Exchange;
  effects: number | undefined;
}

/** The same request and key by another caller, who may do it with a key of his own. */
export const probeOtherCaller = async (target: Target): Promise<OtherCallerSeen> => {
  const { otherCaller: caller } = target.settings;
  if (!caller) throw new NotTried('give --other-header, with the credentials of another caller');
  const control = await target.send('first', target.newOperation(), { caller });
  if (!isSuccess(control)) {
    throw new NotTried(`the caller of --other-header is answered with ${control.answer.status}, whatever the key`);
  }
  const operation = target.newOperation();
  const first = await target.accepted('first', operation);
  const { other, effects } = await target.withEffects(operation, async () => ({
    other: await target.send('other-caller', operation, { caller }),
  }));
  return { first, other, effects };
};
