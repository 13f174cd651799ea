import type { Exchange } from '../target/exchange.ts';
import type { Target } from '../target/target.ts';

export interface SafeMethodsSeen {
  /** Of the POST whose key the GET was sent with. */
  first: Exchange;
  withoutKey: Exchange;
  withFreshKey: Exchange;
  withUsedKey: Exchange;
}

/** GET, without a key, with one, and with one that was used by another request. */
export const probeSafeMethods = async (target: Target): Promise<SafeMethodsSeen> => {
  const get = { method: 'GET', url: target.settings.safeUrl, body: undefined };
  const operation = target.newOperation();
  const first = await target.accepted('first', operation);
  return {
    first,
    withoutKey: await target.send('safe', operation, { ...get, keyValue: null }),
    withFreshKey: await target.send('safe', { ...operation, key: target.newOperation().key }, get),
    withUsedKey: await target.send('safe', operation, get),
  };
};
