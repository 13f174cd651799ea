import { afterEach, describe, expect, it, vi } from 'vitest';
import { anyEngine, openDatabase } from '../../support/dynamodb.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import {
  disconnect,
  errorOf,
  getInput,
  hang,
  json,
  leanAt,
  ok,
  type Reply,
  refusal,
  startServer,
  text,
} from './harness.ts';

const cutOff: Reply = (response) => {
  response.writeHead(200, { 'content-length': '100' }).write('{"Item":');
  setTimeout(() => response.destroy(), 5);
};

describe.concurrent('a call is sent again', () => {
  it.each<[string, Reply]>([
    ['TransactionInProgressException', refusal('TransactionInProgressException')],
    [
      'a signature that was too old when it came',
      refusal('InvalidSignatureException', 400, { message: 'Signature expired: 1' }),
    ],
    ['InternalServerError', refusal('InternalServerError', 500)],
    ['ReplicatedWriteConflictException', refusal('ReplicatedWriteConflictException')],
    ['status 429', text(429, '<html>Slow down</html>')],
    ['status 500', text(500, '<html>Oops</html>')],
    ['status 502', text(502, '<html>Bad Gateway</html>')],
    ['status 503', json(503, { message: 'Service Unavailable' })],
    ['status 504', text(504, '')],
    ['status 599', text(599, '')],
    ['a connection that breaks', disconnect],
    ['an answer that breaks off', cutOff],
    ['an answer that ends too soon', text(200, '{"Item":')],
  ])('after %s', async (_name, failure) => {
    const { endpoint, requests } = await startServer(failure, json(200, { Item: { id: { S: '1' } } }));
    const failures: unknown[] = [];
    const output = await leanAt(endpoint).getItem(getInput, { onFailedTry: (error) => failures.push(error) });
    expect(output).toMatchObject({ Item: { id: { S: '1' } }, $metadata: { httpStatusCode: 200, attempts: 2 } });
    expect(requests).toHaveLength(2);
    expect(failures).toHaveLength(1);
  });

  it.each([
    ['ProvisionedThroughputExceededException', 400],
    ['ThrottlingException', 400],
    ['RequestLimitExceeded', 400],
    ['Throttling', 400],
    ['TooManyRequestsException', 429],
    ['AnyThingElse', 429],
  ])('after %s with status %i, and the error says that it was throttled', async (name, status) => {
    const { endpoint, requests } = await startServer(refusal(name, status));
    const error = await errorOf(leanAt(endpoint, { maxAttempts: 2 }).getItem(getInput));
    expect(error).toMatchObject({ name, $retryable: { throttling: true }, $metadata: { attempts: 2 } });
    expect(error.$metadata?.totalRetryDelay).toBeLessThanOrEqual(500);
    expect(requests).toHaveLength(2);
  });

  it('G32: up to three times in all by default, each try told of, the last included', async () => {
    const { endpoint, requests } = await startServer(refusal('InternalServerError', 500));
    const failures: unknown[] = [];
    const error = await errorOf(
      leanAt(endpoint).getItem(getInput, { onFailedTry: (failure) => failures.push(failure) }),
    );
    expect(error).toMatchObject({
      name: 'InternalServerError',
      $fault: 'server',
      $metadata: { httpStatusCode: 500, attempts: 3 },
    });
    expect(failures).toHaveLength(3);
    expect(failures.at(-1)).toBe(error);
    expect(requests).toHaveLength(3);
  });

  it('when nobody listens, and the error keeps Node’s code and has no status', async () => {
    const { endpoint, server } = await startServer(ok);
    await new Promise((resolve) => server.close(resolve));
    const failures: unknown[] = [];
    const error = await errorOf(
      leanAt(endpoint).getItem(getInput, { onFailedTry: (failure) => failures.push(failure) }),
    );
    expect(error).toMatchObject({ code: 'ECONNREFUSED', $metadata: { attempts: 3 } });
    expect(error.$metadata).not.toHaveProperty('httpStatusCode');
    expect(failures).toHaveLength(3);
  });

  it('when the host’s name is not known', async () => {
    const error = await errorOf(leanAt('http://no-such-host.invalid').getItem(getInput));
    expect(error.code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
    expect(error).toMatchObject({ $metadata: { attempts: 3 } });
  });

  it('G32: after a try that took too long', async () => {
    const { endpoint, requests } = await startServer(hang, ok);
    const failures: unknown[] = [];
    const output = await leanAt(endpoint, { requestTimeoutMs: 50 }).getItem(getInput, {
      onFailedTry: (failure) => failures.push(failure),
    });
    expect(output).toMatchObject({ $metadata: { attempts: 2 } });
    expect(requests).toHaveLength(2);
    expect(failures).toMatchObject([
      { name: 'TimeoutError', code: 'ETIMEDOUT', message: 'No complete answer within 50 ms.' },
    ]);
  });

  it('after an answer that began and did not end in time, also when the limit for the connection has passed', async () => {
    const begin: Reply = (response) => response.writeHead(200).write('{');
    const { endpoint, requests } = await startServer(begin);
    const limits = { connectionTimeoutMs: 20, requestTimeoutMs: 60, maxAttempts: 2 };
    expect(await errorOf(leanAt(endpoint, limits).getItem(getInput))).toMatchObject({ name: 'TimeoutError' });
    expect(requests).toHaveLength(2);
  });

  it('signed anew', async () => {
    const late: Reply = async (response) => {
      await new Promise((resolve) => setTimeout(resolve, 1100));
      response.destroy();
    };
    const { endpoint, requests } = await startServer(late, ok);
    await leanAt(endpoint).getItem(getInput);
    const [first, second] = requests;
    expect(second?.headers['x-amz-date']).not.toBe(first?.headers['x-amz-date']);
    expect(second?.headers.authorization).not.toBe(first?.headers.authorization);
    expect(second?.body).toBe(first?.body);
  });

  it('with the same token of its transaction, which another call does not share', async () => {
    const { endpoint, requests } = await startServer(disconnect, ok);
    const client = leanAt(endpoint);
    const input = { TransactItems: [] };
    await client.transactWriteItems(input);
    await client.transactWriteItems({ ...input, ClientRequestToken: undefined });
    await client.transactWriteItems({ ...input, ClientRequestToken: 'own' });
    const tokens = requests.map(({ body }) => JSON.parse(body).ClientRequestToken);
    expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(tokens).toEqual([tokens[0], tokens[0], expect.stringMatching(/^[0-9a-f-]{36}$/), 'own']);
    expect(tokens[2]).not.toBe(tokens[0]);
    expect(input).toEqual({ TransactItems: [] });
  });
});

describe('the wait before another try', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each<[string, Reply, number]>([
    ['is up to 25 ms, then 50 ms', refusal('InternalServerError', 500), 12 + 25],
    ['is up to 500 ms, then 1 s, from throttling', refusal('ThrottlingException'), 250 + 500],
  ])('%s', async (_name, reply, totalRetryDelay) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const { endpoint } = await startServer(reply);
    const error = await errorOf(leanAt(endpoint).getItem(getInput));
    expect(error).toMatchObject({ $metadata: { attempts: 3, totalRetryDelay } });
  });
});

describe.concurrent('a call is sent once', () => {
  it.each<[string, Reply, object]>([
    ['ValidationException', refusal('ValidationException'), { $fault: 'client' }],
    ['AccessDeniedException', refusal('AccessDeniedException'), {}],
    ['ConditionalCheckFailedException', refusal('ConditionalCheckFailedException'), {}],
    ['ItemCollectionSizeLimitExceededException', refusal('ItemCollectionSizeLimitExceededException'), {}],
    ['TransactionCanceledException', refusal('TransactionCanceledException'), {}],
    ['ExpiredTokenException', refusal('ExpiredTokenException'), {}],
    ['InvalidSignatureException', refusal('InvalidSignatureException'), {}],
    ['Unknown', json(403, { message: 'Forbidden' }), { message: 'Forbidden', $metadata: { httpStatusCode: 403 } }],
    ['UnreadableAnswer', text(404, '<html>Not here</html>'), { $fault: 'client', $metadata: { httpStatusCode: 404 } }],
    ['UnreadableAnswer', text(302, ''), { $metadata: { httpStatusCode: 302 } }],
  ])('when %s is the answer', async (name, reply, fields) => {
    const { endpoint, requests } = await startServer(reply);
    const failures: unknown[] = [];
    const call = leanAt(endpoint).getItem(getInput, { onFailedTry: (failure) => failures.push(failure) });
    const error = await errorOf(call);
    expect(error).toMatchObject({ name, ...fields });
    expect(error).not.toHaveProperty('$retryable');
    expect(requests).toHaveLength(1);
    expect(failures).toEqual([error]);
  });

  it('when there is to be one try only', async () => {
    const { endpoint, requests } = await startServer(refusal('InternalServerError', 500));
    await errorOf(leanAt(endpoint, { maxAttempts: 1 }).getItem(getInput));
    expect(requests).toHaveLength(1);
  });
});

describe('an error', () => {
  it.each<[string, Reply]>([
    [
      'a header',
      json(400, { Message: 'from a header' }, { 'x-amzn-errortype': 'TheException:http://internal.example/#doc' }),
    ],
    ['a type without its namespace', json(400, { __type: 'TheException', message: 'm' })],
    ['a type with its namespace', json(400, { __type: 'com.amazon.coral.service#TheException', message: 'm' })],
  ])('is named by %s', async (_name, reply) => {
    const { endpoint } = await startServer(reply);
    expect((await errorOf(leanAt(endpoint).getItem(getInput))).name).toBe('TheException');
  });

  it('has the id of its request', async () => {
    const { endpoint } = await startServer(json(400, { __type: 'X' }, { 'x-amzn-requestid': 'REQUEST' }));
    expect(await errorOf(leanAt(endpoint).getItem(getInput))).toMatchObject({ $metadata: { requestId: 'REQUEST' } });
  });

  it('of an answer that is not JSON shows its status and how it begins', async () => {
    const { endpoint } = await startServer(text(404, `<html>Not here</html> ${'long '.repeat(100)}`));
    const { message } = await errorOf(leanAt(endpoint).getItem(getInput));
    expect(message).toMatch(/^The answer, status 404, is not JSON: '<html>Not here<\/html> long .{1,60}'\.$/);
  });

  it('of a 200 that can’t be read has no status: the request may have been applied', async () => {
    const { endpoint } = await startServer(text(200, '{'));
    const error = await errorOf(leanAt(endpoint, { maxAttempts: 1 }).getItem(getInput));
    expect(error.message).toBe("The answer, status 200, is not JSON: '{'.");
    expect(error.$metadata).not.toHaveProperty('httpStatusCode');
  });
});

describe('through a proxy in front of an engine', () => {
  const database = openDatabase(anyEngine());

  it('a put whose answer is lost is sent again, and both tries are told of when both fail', async () => {
    const proxy = await startFaultProxy(database.endpoint);
    const TableName = await database.createTable();
    proxy.plan('PutItem', ['lose-answer']);
    const failures: { name: string }[] = [];
    const error = await errorOf(
      leanAt(proxy.endpoint).putItem(
        { TableName, Item: { id: { S: '1' } }, ConditionExpression: 'attribute_not_exists(id)' },
        { onFailedTry: (failure) => failures.push(failure as Error) },
      ),
    );
    expect(error.name).toBe('ConditionalCheckFailedException');
    expect(failures.map(({ name }) => name)).toEqual(['TimeoutError', 'ConditionalCheckFailedException']);
    expect(failures[0]).toMatchObject({ code: 'ECONNRESET' });
    expect(proxy.requests('PutItem')).toBe(2);
  });

  it('a transaction whose answer is lost is applied once', async () => {
    const proxy = await startFaultProxy(database.endpoint);
    const TableName = await database.createTable();
    proxy.plan('TransactWriteItems', ['lose-answer']);
    const Update = {
      TableName,
      Key: { id: { S: '1' } },
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    };
    await leanAt(proxy.endpoint).transactWriteItems({ TransactItems: [{ Update }] });
    expect(proxy.requests('TransactWriteItems')).toBe(2);
    expect(await database.item(TableName, { id: '1' })).toEqual({ id: '1', n: 1 });
  });
});
