export type Call = { method?: string; path: string; headers?: Record<string, string>; body?: unknown };

/** One way to submit the same thing many times. */
export type Scenario = {
  name: string;
  api: 'protected' | 'unprotected';
  /** The request that is sent again and again; `tag` sets this run apart from others on the same tables. */
  call(tag: string, send: (call: Call) => Promise<Response>): Promise<Call> | Call;
  /** Where the effect is, and which attribute carries the tag. */
  effect: { table: string; attribute: string };
};

const payment = (tag: string) => ({ orderId: tag, userId: 'u-1', amount: 4200, currency: 'EUR' });
const order = (tag: string) => ({ orderNo: tag, userId: 'u-1', items: [{ sku: 'keyboard', quantity: 1 }] });

const payments = { table: 'Payments', attribute: 'orderId' };
const orders = { table: 'Orders', attribute: 'orderNo' };

export const scenarios: Scenario[] = [
  {
    name: 'payment, unprotected',
    api: 'unprotected',
    call: (tag) => ({ path: '/payments', body: payment(tag) }),
    effect: payments,
  },
  {
    name: 'payment, singleUseToken',
    api: 'protected',
    call: async (tag, send) => {
      const response = await send({ method: 'GET', path: '/token/getkey' });
      const { token } = (await response.json()) as { token: string };
      return { path: '/token/pay', headers: { token }, body: payment(tag) };
    },
    effect: payments,
  },
  {
    name: 'payment, idempotencyKey',
    api: 'protected',
    call: (tag) => ({ path: '/payments', headers: { 'idempotency-key': tag }, body: payment(tag) }),
    effect: payments,
  },
  {
    name: 'payment, idempotencyKey of order + user',
    api: 'protected',
    call: (tag) => ({ path: `/orders/${tag}/payments`, body: payment(tag) }),
    effect: payments,
  },
  {
    name: 'order, uniqueIndex',
    api: 'protected',
    call: (tag) => ({ path: '/orders', body: order(tag) }),
    effect: orders,
  },
  {
    name: 'order, uniqueIndex with a key',
    api: 'protected',
    call: (tag) => ({ path: '/orders', headers: { 'idempotency-key': tag }, body: order(tag) }),
    effect: orders,
  },
];
