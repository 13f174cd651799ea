import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dynamoDBStore, type IdempotencyStore } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { onEachEngine, openClient } from '../support/dynamodb.ts';
import { call, peek, type Verb, verbs } from './verbs.ts';

// A fixed seed, so that a run that fails can be repeated; `STORE_RUNS` draws more.
const options = { seed: 20_260_101, numRuns: Number(process.env['STORE_RUNS'] ?? 100) };

/**
 * Without what makes no difference: properties that are undefined, which class bytes are of, and of a record that nobody has run yet,
 * by whom and when it was claimed before.
 */
const plain = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : JSON.parse(
        JSON.stringify(value, (_name, part) => {
          if (part instanceof Uint8Array) return [...part];
          return part?.attempt === 0 ? { ...part, claimedAtMs: 0, keyHash: '', requestId: '' } : part;
        }),
      );

onEachEngine(({ endpoint, createTable }) => {
  it('G61: the store in memory and those on DynamoDB, by both clients, agree on every sequence of verbs', async () => {
    const tableName = await createTable();
    const stores: Record<string, IdempotencyStore> = {
      'in memory': memoryStore(),
      'by the SDK': dynamoDBStore({ tableName, client: openClient('the SDK', { endpoint }) }),
      'by the lean client': dynamoDBStore({ tableName, client: openClient('the lean client', { endpoint }) }),
    };

    const told = async (name: string, sequence: readonly Verb[], prefix: string) => {
      const store = stores[name] as IdempotencyStore;
      const answers: unknown[] = [];
      for (const verb of sequence) {
        const answer = await call(store, verb, prefix);
        answers.push(plain({ verb, answer, record: await peek(store, verb, prefix) }));
      }
      return answers;
    };

    await fc.assert(
      fc.asyncProperty(verbs, async (sequence) => {
        const names = Object.keys(stores);
        const prefix = `${crypto.randomUUID()}#`;
        const all = await Promise.all(
          names.map((name) => told(name, sequence, name === 'in memory' ? prefix : `${prefix}${name}#`)),
        );
        const [first, ...others] = all.map((answers) =>
          JSON.parse(JSON.stringify(answers).replaceAll(/[\w-]{36}#(by [\w ]+#)?/g, '')),
        );
        for (const answers of others) expect(answers).toEqual(first);
      }),
      options,
    );
  });
});
