import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { type DynamoDBStoreOptions, dynamoDBStore } from '../../functions/idempotency/entries/main.ts';
import { itemSize } from '../../functions/idempotency/transaction/item-size.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { otherAttributes } from '../support/other-attributes.ts';

// No zeros at the end: DynamoDB does not count them.
const nowMs = 1_790_123_456_789;
const expiresAtSeconds = 1_790_223_457;
const names = {
  id: 'pay#wörk',
  owner: crypto.randomUUID(),
  fingerprint: 'f'.repeat(43),
  keyHash: 'k'.repeat(43),
};

onEachEngine(({ client, createTable, openClient }) => {
  const layouts: Record<string, DynamoDBStoreOptions> = {
    'the default names': {},
    'names of your own, and a prefix': { keyPrefix: 'idempotency#', attributes: otherAttributes },
  };

  describe.each(Object.entries(layouts))('what a record takes besides its result, with %s', (_names, layout) => {
    it.each([
      ['of a request of Lambda', { requestId: crypto.randomUUID() }],
      ['of none', {}],
      ['of a durable execution', { fence: crypto.randomUUID() }],
    ])('G296: is what its item takes: %s', async (_what, more) => {
      const TableName = await createTable();
      const store = dynamoDBStore({ tableName: TableName, client: openClient(), ...layout });
      const record = { ...names, ...more };
      const claim = { ...record, nowMs, leaseExpiresAtMs: nowMs + 1000, expiresAtSeconds };
      await store.claim({ ...claim, from: 'absent', takeOver: true });
      await store.complete({ ...record, expiresAtSeconds, result: { encoding: 'json', data: '"0123456789"' } });
      const Key = { id: { S: `${layout.keyPrefix ?? ''}${record.id}` } };
      const { Item = {} } = await client.send(new GetItemCommand({ TableName, Key }));
      expect(store.bytesBesides?.(record)).toBe(itemSize(Item) - 12);
    });
  });
});
