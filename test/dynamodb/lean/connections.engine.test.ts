import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { anyEngine, openDatabase } from '../../support/dynamodb.ts';
import { errorOf, getInput, hang, json, leanAt, ok, type Reply, startServer } from './harness.ts';

const connectionsOf = (requests: readonly { connection: number }[]): number[] =>
  requests.map(({ connection }) => connection);

describe('connections', () => {
  it('are kept: calls one after another use one', async () => {
    const { endpoint, requests } = await startServer(ok);
    const client = leanAt(endpoint);
    for (let calls = 0; calls < 5; calls += 1) await client.getItem(getInput);
    expect(connectionsOf(requests)).toEqual([0, 0, 0, 0, 0]);
  });

  it('are kept when the answer is an error', async () => {
    const { endpoint, requests } = await startServer(json(400, { __type: 'ValidationException' }));
    const client = leanAt(endpoint);
    await errorOf(client.getItem(getInput));
    await errorOf(client.getItem(getInput));
    expect(connectionsOf(requests)).toEqual([0, 0]);
  });

  it('G33: that the server closed unseen, all of them, cost one try', async () => {
    const closeUnseen: Reply = (response, { connection }) =>
      connection < 5 ? response.destroy() : ok(response, {} as never);
    const { endpoint, requests } = await startServer(
      ...Array.from({ length: 5 }, () => async (response: Parameters<Reply>[0]) => {
        while (requests.length < 5) await new Promise(setImmediate);
        response.end('{}');
      }),
      closeUnseen,
    );
    const client = leanAt(endpoint);
    await Promise.all(Array.from({ length: 5 }, () => client.getItem(getInput)));
    expect(new Set(connectionsOf(requests)).size).toBe(5);
    expect(await client.getItem(getInput)).toMatchObject({ $metadata: { attempts: 2 } });
  });

  it('G33: that the server closed while nobody looked do not fail the call', async () => {
    const { endpoint, server, requests } = await startServer(ok);
    const client = leanAt(endpoint);
    await client.getItem(getInput);
    // As after Lambda's freeze: the call is made before the process has read that the connection is closed.
    server.closeAllConnections();
    expect(await client.getItem(getInput)).toMatchObject({ $metadata: { httpStatusCode: 200 } });
    expect(new Set(connectionsOf(requests)).size).toBe(2);
  });

  it('are 50 at most', async () => {
    let open = 0;
    let most = 0;
    const slow: Reply = async (response) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open -= 1;
      response.end('{}');
    };
    const { endpoint, requests } = await startServer(slow);
    const client = leanAt(endpoint);
    await Promise.all(Array.from({ length: 120 }, () => client.getItem(getInput)));
    expect(most).toBeLessThanOrEqual(50);
    expect(new Set(connectionsOf(requests)).size).toBeLessThanOrEqual(50);
  });

  it('G150: are waited for as long as the caller waits, that is no fault of the database', async () => {
    const slow: Reply = async (response) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      response.end('{}');
    };
    const { endpoint, requests } = await startServer(slow);
    const client = leanAt(endpoint, { connectionTimeoutMs: 1000, requestTimeoutMs: 1500, maxAttempts: 1 });
    await Promise.all(Array.from({ length: 1000 }, () => client.getItem(getInput)));
    expect(requests).toHaveLength(1000);
  });

  it('G150: over which an answer has come are read, however late the process gets to run', async () => {
    const busy: Reply = (response) => {
      response.end('{}');
      const endMs = Date.now() + 2500;
      while (Date.now() < endMs);
    };
    for (const limits of [
      { connectionTimeoutMs: 1000, requestTimeoutMs: 2000 },
      { connectionTimeoutMs: 3000, requestTimeoutMs: 2000 },
    ]) {
      const { endpoint, requests } = await startServer(busy);
      await leanAt(endpoint, { ...limits, maxAttempts: 1 }).getItem(getInput);
      expect(requests).toHaveLength(1);
    }
  });

  it('that are not made in time are a TimeoutError: a TLS handshake that is never answered', async () => {
    const server = createTcpServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.unref();
    const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error = await errorOf(leanAt(endpoint, { connectionTimeoutMs: 60, maxAttempts: 1 }).getItem(getInput));
    expect(error).toMatchObject({ name: 'TimeoutError', code: 'ETIMEDOUT', message: 'No connection within 60 ms.' });
    expect(error.$metadata).toEqual({ attempts: 1, totalRetryDelay: 0 });
  });

  it('that are made are given the time of the whole try', async () => {
    const slow: Reply = async (response) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      response.end('{}');
    };
    const { endpoint, requests } = await startServer(slow);
    await leanAt(endpoint, { connectionTimeoutMs: 20, requestTimeoutMs: 2000 }).getItem(getInput);
    expect(requests).toHaveLength(1);
  });

  it('over which no answer comes end the try, even when the limit for connections is longer', async () => {
    const { endpoint } = await startServer(hang);
    const limits = { connectionTimeoutMs: 5000, requestTimeoutMs: 30, maxAttempts: 1 };
    expect(await errorOf(leanAt(endpoint, limits).getItem(getInput))).toMatchObject({
      message: 'No complete answer within 30 ms.',
    });
  });
});

describe('a hundred calls at once', () => {
  it('get the answers that are theirs', async () => {
    const echo: Reply = async (response, { body }) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      response.end(JSON.stringify({ Item: JSON.parse(body).Key }));
    };
    const { endpoint } = await startServer(echo);
    const client = leanAt(endpoint);
    const ids = Array.from({ length: 100 }, (_, index) => String(index));
    const outputs = await Promise.all(ids.map((id) => client.getItem({ TableName: 't', Key: { id: { S: id } } })));
    expect(outputs.map(({ Item }) => Item?.['id']?.S)).toEqual(ids);
  });

  it('insert one item once', async () => {
    const database = openDatabase(anyEngine());
    const TableName = await database.createTable();
    const client = leanAt(database.endpoint);
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, async (_, index) =>
        client
          .putItem({
            TableName,
            Item: { id: { S: '1' }, by: { N: String(index) } },
            ConditionExpression: 'attribute_not_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          })
          .then(
            () => String(index),
            (error: { name: string; Item: { by: { N: string } } }) => error.Item.by.N,
          ),
      ),
    );
    expect(new Set(outcomes).size).toBe(1);
  });
});
