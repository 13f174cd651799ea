import {
  idempotencyKeyContract,
  openApiComponents,
  singleUseTokenContract,
  uniqueIndexContract,
} from '../../functions/idempotency/entries/openapi.ts';
import { combine, fromBody, fromHeader, fromPath } from '../../functions/idempotency/request/key/sources.ts';
import { paymentSchema } from '../../functions/payments/payment-schema.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { body, done, failures, guarded, invalid, problem } from './responses.ts';
import { schemas } from './schemas.ts';

const pathParameter = (name: string) => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', minLength: 1, maxLength: 100 },
});

const keyed = idempotencyKeyContract();
const byToken = singleUseTokenContract();

const paymentQuery = Object.entries(paymentSchema.entries).map(([name, schema]) => ({
  name,
  in: 'query',
  required: true,
  schema: jsonSchemaOf(schema),
}));

const paidByToken = { ...done(201, 'Payment', 'Paid.'), ...invalid, ...failures };

const paths = {
  '/payments': {
    post: guarded(
      {
        operationId: 'createPayment',
        ...body('NewPayment'),
        responses: { ...done(201, 'Payment', 'Paid, by this request or an earlier one.'), ...invalid, ...failures },
      },
      keyed,
    ),
  },
  '/payments/{paymentId}': {
    get: {
      operationId: 'getPayment',
      parameters: [pathParameter('paymentId')],
      responses: {
        ...done(200, 'Payment', 'The payment.'),
        ...invalid,
        ...problem(404, 'There is no such payment.'),
        ...failures,
      },
    },
  },
  '/orders': {
    post: guarded(
      {
        operationId: 'createOrder',
        ...body('NewOrder'),
        responses: {
          ...done(201, 'Order', 'Ordered, by this request or an earlier one.'),
          ...invalid,
          ...problem(409, 'There is not enough in stock.'),
          ...failures,
        },
      },
      uniqueIndexContract({ key: fromHeader('Idempotency-Key'), optional: true }),
    ),
  },
  '/orders/{orderId}': {
    get: {
      operationId: 'getOrder',
      parameters: [pathParameter('orderId')],
      responses: {
        ...done(200, 'Order', 'The order.'),
        ...invalid,
        ...problem(404, 'There is no such order.'),
        ...failures,
      },
    },
  },
  '/orders/{orderId}/payments': {
    post: guarded(
      {
        operationId: 'createPaymentForOrder',
        description: 'Order and user name the payment: no key is needed.',
        parameters: [pathParameter('orderId')],
        ...body('NewOrderPayment'),
        responses: { ...done(201, 'Payment', 'Paid, by this request or an earlier one.'), ...invalid, ...failures },
      },
      idempotencyKeyContract({ key: combine(fromPath('orderId'), fromBody('userId')) }),
    ),
  },
  '/checkouts': {
    post: guarded(
      {
        operationId: 'createCheckout',
        ...body('NewCheckout'),
        responses: {
          ...done(201, 'Checkout', 'Checked out and paid, by this request or an earlier one.'),
          ...invalid,
          ...problem(402, 'The payment was refused.'),
          ...failures,
        },
      },
      keyed,
    ),
  },
  '/token/getkey': {
    get: { operationId: 'getToken', responses: { ...done(200, 'Token', 'A token, for one payment.'), ...failures } },
  },
  '/token/pay': {
    get: guarded({ operationId: 'payByQuery', parameters: paymentQuery, responses: paidByToken }, byToken),
    post: guarded({ operationId: 'payByToken', ...body('NewPayment'), responses: paidByToken }, byToken),
  },
};

/** The example API, for programs. What its guards add comes from the same options as in the functions. */
export const openApiDocument = () => ({
  openapi: '3.1.1',
  info: {
    title: 'Orders and payments',
    version: '1.0.0',
    description: 'The example API of middy-idempotency: every call is safe to repeat.',
  },
  paths,
  components: {
    schemas: { ...schemas, ...openApiComponents.schemas },
    headers: {
      ...openApiComponents.headers,
      Documentation: { description: 'Where to read how keys are used (RFC 8288).', schema: { type: 'string' } },
    },
  },
});
