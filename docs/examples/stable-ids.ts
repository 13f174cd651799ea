import { type IdempotencyKeyOptions, principalOf } from 'middy-idempotency';

/** In a file of their own, for the handler, `middy(pay).use(idempotencyKey(options))`, and for a test. */
export const options: IdempotencyKeyOptions = {
  namespace: 'payments', // not the function's name, which may change
  scope: (event) => [principalOf(event), 'pay'], // not the route, which may change
};
