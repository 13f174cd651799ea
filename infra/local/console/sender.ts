import { consoleHeaders, unprotectedRoutes } from './arrival-of.ts';
import type { Caller, Press, SentAnswer } from './protocol.ts';

export type Call = {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  caller?: Caller;
};

const currency = 'EUR';
const userOf = (caller: Caller): string => caller.toLowerCase();

/** The request that a press of a button sends. */
export function callOf({ cure, caller, order, amount, key, token }: Omit<Press, 'times'>): Call {
  const payment = { orderId: order, userId: userOf(caller), amount, currency };
  const newOrder = { orderNo: order, userId: userOf(caller), items: [{ sku: 'keyboard', quantity: 1 }] };
  const keyed = key === undefined ? {} : { headers: { 'idempotency-key': key } };
  switch (cure) {
    case 'none':
      return { path: pathOf(unprotectedRoutes.payments), body: payment, caller };
    case 'key':
      return { path: '/payments', ...keyed, body: payment, caller };
    case 'token':
      return { path: '/token/pay', headers: token === undefined ? {} : { token }, body: payment, caller };
    case 'order':
      return { path: '/orders', ...keyed, body: newOrder, caller };
    case 'order-none':
      return { path: pathOf(unprotectedRoutes.orders), body: newOrder, caller };
    case 'checkout':
      return { path: '/checkouts', ...keyed, body: { userId: userOf(caller), amount, currency }, caller };
  }
}

function pathOf(routeKey: string): string {
  return routeKey.slice(routeKey.indexOf(' ') + 1);
}

/** Sends requests to the API as clients do; a browser would send six at a time at most. */
export function createSender(url: string) {
  const headersOf = ({ headers, caller }: Call, groupId: string): Record<string, string> => ({
    'content-type': 'application/json',
    ...headers,
    [consoleHeaders.group]: groupId,
    ...(caller && { [consoleHeaders.caller]: caller }),
  });

  const send = async (call: Call, groupId: string): Promise<SentAnswer> => {
    const { method = 'POST', path, body } = call;
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: headersOf(call, groupId),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const replayed = response.headers.has('idempotent-replayed');
      return { status: response.status, body: await response.text(), replayed };
    } catch {
      return { status: 0, body: '', replayed: false, lost: true };
    }
  };

  const getToken = async (caller: Caller, groupId: string): Promise<string> => {
    const { body } = await send({ method: 'GET', path: '/token/getkey', caller }, groupId);
    return (JSON.parse(body) as { token: string }).token;
  };

  /** Else a burst would show how fast processes start. What is sent is no request that a function would do anything for. */
  const warmUp = async ({ path }: Call, count: number): Promise<void> => {
    const headers = { [consoleHeaders.warmUp]: 'yes' };
    await Promise.all(
      Array.from({ length: count }, async () => {
        const response = await fetch(`${url}${path}`, { method: 'POST', headers });
        await response.arrayBuffer();
      }),
    );
  };

  return { send, getToken, headersOf, warmUp };
}

export type Sender = ReturnType<typeof createSender>;
