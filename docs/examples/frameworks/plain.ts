import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { IdempotencyError, makeIdempotent } from 'middy-idempotency';
import { pay } from './payments.ts';
import { problemOf } from './problem-of.ts';

const payOnce = makeIdempotent(
  async (event: APIGatewayProxyEventV2, _context: Context) => ({
    statusCode: 201,
    body: JSON.stringify(await pay(JSON.parse(event.body ?? '{}'))),
  }),
  { name: 'pay' }, // the key is the header Idempotency-Key, the scope caller and route, as under `idempotencyKey`
);

/** No Middy: refusals are thrown, and answered here. */
export const handler = async (event: APIGatewayProxyEventV2, context: Context) => {
  try {
    return await payOnce(event, context);
  } catch (error) {
    if (!IdempotencyError.is(error)) throw error;
    const { status: statusCode, headers, body } = problemOf(error);
    return { statusCode, headers, body };
  }
};
