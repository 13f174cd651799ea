import { NotTried } from '../not-tried.ts';
import type { Exchange } from '../target/exchange.ts';
import type { Target } from '../target/target.ts';

/** What a browser asks before it sends the request from a page of another origin. */
export const probePreflight = (target: Target): Promise<Exchange> => {
  const { origin, method, keyHeader } = target.settings;
  if (!origin) throw new NotTried('give --origin, the origin of a page that may call');
  return target.send('preflight', target.newOperation(), {
    method: 'OPTIONS',
    body: undefined,
    keyValue: null,
    isBare: true,
    headers: {
      'access-control-request-method': method,
      'access-control-request-headers': `content-type,${keyHeader.toLowerCase()}`,
    },
  });
};
