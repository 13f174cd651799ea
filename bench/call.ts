import { httpApiEvent, lambdaContext } from '../test/support/lambda.ts';

export const answer = {
  statusCode: 201,
  headers: { 'content-type': 'application/json' },
  body: '{"paid":true}',
};

export type Handler = (event: never, context: never) => Promise<unknown>;

export const isAnswer = (result: unknown): boolean => (result as Partial<typeof answer>)?.statusCode === 201;

/** Calls as API Gateway does, whatever comes of it. */
export const request = (handler: Handler, key: string): Promise<unknown> => {
  const event = httpApiEvent({
    headers: { 'idempotency-key': key },
    body: { orderId: 'o-1', userId: 'u-1', amount: 100 },
  });
  return handler(event as never, lambdaContext() as never);
};

/** Calls for the answer: to time anything else would be a mistake. */
export const call = async (handler: Handler, key: string): Promise<void> => {
  const result = await request(handler, key);
  if (!isAnswer(result)) throw new Error(`no answer for the key ${key}: ${JSON.stringify(result)}`);
};
