import type { DurableLambdaHandler } from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { anyEngine, openDatabase } from '../support/dynamodb.ts';

const endpoint = anyEngine();

beforeAll(async () => {
  vi.stubEnv('IDEMPOTENCY_TABLE', await openDatabase(endpoint).createTable());
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  await LocalDurableTestRunner.setupTestEnvironment();
});
afterAll(() => LocalDurableTestRunner.teardownTestEnvironment());

it('durable: two executions of one order charge once, and both get the answer', async () => {
  const { cards } = await import('../../docs/examples/card-provider.ts');
  const charged: string[] = [];
  cards.charge = async ({ orderId }) => {
    charged.push(orderId);
  };
  const { handler } = await import('../../docs/examples/durable.ts');
  const execute = () =>
    new LocalDurableTestRunner({ handlerFunction: handler as unknown as DurableLambdaHandler }).run({
      payload: { id: 'o-1', amount: 100 },
    });
  const first = await execute();
  expect(first.getInvocations()).toHaveLength(2);
  expect(first.getResult()).toEqual({ paid: 'o-1' });
  const second = await execute();
  expect(second.getInvocations()).toHaveLength(1);
  expect(second.getResult()).toEqual({ paid: 'o-1' });
  expect(charged).toEqual(['o-1']);
});
