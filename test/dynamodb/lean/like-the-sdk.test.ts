import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import {
  credentials,
  errorOf,
  getInput,
  json,
  leanAt,
  ok,
  type Reply,
  refusal,
  region,
  startServer,
  text,
} from './harness.ts';

const put = { TableName: 'table', Item: { id: { S: '1' } } };

/** How often a client sends a put, and whether it was told that it is done, when one answer comes before a good one. */
const tries = async (clientAt: (endpoint: string) => Pick<DynamoDB, 'putItem'>, reply: Reply) => {
  const { endpoint, requests } = await startServer(reply, ok);
  const isDone = await clientAt(endpoint)
    .putItem(put)
    .then(
      () => true,
      () => false,
    );
  return { sent: requests.length, isDone };
};

const html = '<html><body>Not today</body></html>';

describe('what the lean client makes of an answer', () => {
  it.each<[string, Reply]>([
    ...[400, 403, 404, 429, 500, 502, 503, 504].map((status): [string, Reply] => [
      `HTML, ${status}`,
      text(status, html),
    ]),
    ...[200, 400, 429, 500, 503].map((status): [string, Reply] => [`nothing, ${status}`, text(status, '')]),
    ['ReplicatedWriteConflictException', refusal('ReplicatedWriteConflictException')],
    ['TransactionInProgressException', refusal('TransactionInProgressException')],
    ['ThrottlingException', refusal('ThrottlingException')],
    ['ConditionalCheckFailedException', refusal('ConditionalCheckFailedException')],
    ['an error without a name', json(400, {})],
  ])('G293: is what the AWS SDK does: %s', async (_answer, reply) => {
    const ours = await tries((endpoint) => leanAt(endpoint) as never, reply);
    expect(ours).toEqual(await tries((endpoint) => new DynamoDB({ endpoint, region, credentials }), reply));
  });

  it('G293: nothing is an empty answer', async () => {
    const { endpoint } = await startServer(text(200, ''));
    expect(await leanAt(endpoint).getItem(getInput)).toEqual({
      $metadata: { httpStatusCode: 200, requestId: undefined, attempts: 1, totalRetryDelay: 0 },
    });
  });
});

describe('an answer without end', () => {
  it('G294: is an error, and its connection is closed', async () => {
    const megabyte = 'x'.repeat(1024 * 1024);
    let sent = 0;
    const closed = Promise.withResolvers<void>();
    const endless: Reply = (response) => {
      response.writeHead(200).on('close', closed.resolve);
      const more = (): void => {
        sent += 1;
        if (!response.destroyed) response.write(megabyte, more);
      };
      more();
    };
    const { endpoint, requests } = await startServer(endless);
    const error = await errorOf(leanAt(endpoint, { requestTimeoutMs: 30_000 }).getItem(getInput));
    expect(error.message).toBe('The answer is longer than 32 MB.');
    // The request may have been applied.
    expect(error.$metadata).not.toHaveProperty('httpStatusCode');
    await closed.promise;
    expect(sent).toBeLessThan(200);
    expect(requests).toHaveLength(1);
  });
});
