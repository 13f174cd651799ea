import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Business logic that knows nothing of idempotency. */
export const pay = async (event: APIGatewayProxyEventV2) => {
  const { orderId, amount } = JSON.parse(event.body ?? '{}');
  return { statusCode: 201, body: JSON.stringify({ paymentId: crypto.randomUUID(), orderId, amount }) };
};
