import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import { dynamoDBStore, type IdempotentContext, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

interface Answer {
  statusCode: number;
  body?: string;
}

const invocation = join(import.meta.dirname, '../fixtures/killed-at.ts');
const event = httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: {} });

onEachEngineAndClient((database) => {
  describe('a process that is killed', () => {
    const killedAt = async (point: string) => {
      const tableName = await database.createTable();
      const effects = await database.createTable();
      const child = spawn(
        process.execPath,
        [invocation, database.endpoint, database.clientKind, tableName, effects, point],
        {
          stdio: 'inherit',
        },
      );
      const [, signal] = await once(child, 'exit');
      expect(signal).toBe('SIGKILL');

      let laterMs = 0;
      const handler = middy(async (_event: unknown, { idempotency }: IdempotentContext) => {
        await database.client.send(new PutCommand({ TableName: effects, Item: { id: crypto.randomUUID() } }));
        return { statusCode: 201, body: `attempt ${idempotency.attempt}` };
      });
      const store = dynamoDBStore({ tableName, client: database.openClient() });
      const options = { store, now: () => Date.now() + laterMs, tellRetention: false };
      const guarded = handler.use(idempotencyKey(options));
      const rejecting = middy(async () => ({ statusCode: 201 })).use(
        idempotencyKey({ ...options, afterCrash: 'reject' }),
      );
      const context = () => lambdaContext() as IdempotentContext;
      return {
        repeat: () => guarded(event, context()) as Promise<Answer>,
        repeatRejecting: () => rejecting(event, context()) as Promise<Answer>,
        leaseEnds: () => {
          laterMs += 60_000;
        },
        effects: async () => (await database.items(effects)).length,
      };
    };

    it('G8: before the claim has left nothing: the repeat runs at once', async () => {
      const { repeat, effects } = await killedAt('before the claim');
      expect(await repeat()).toEqual({ statusCode: 201, body: 'attempt 1' });
      expect(await effects()).toBe(1);
    });

    it.each([
      ['after the claim', 1],
      ['in the handler', 1],
      ['after the effect', 2],
      ['before the completion', 2],
    ])(
      'G9: %s blocks the repeat until its lease ends; then it runs as attempt 2, unless it must not',
      async (point, total) => {
        const { repeat, repeatRejecting, leaseEnds, effects } = await killedAt(point);
        expect(await repeat()).toMatchObject({ statusCode: 409, body: expect.stringContaining('IN_PROGRESS') });
        leaseEnds();
        expect(await repeatRejecting()).toMatchObject({
          statusCode: 409,
          body: expect.stringContaining('OUTCOME_UNKNOWN'),
        });
        expect(await repeat()).toEqual({ statusCode: 201, body: 'attempt 2' });
        expect(await effects()).toBe(total);
      },
    );

    it('G10: after the completion is replayed: nothing runs again', async () => {
      const { repeat, effects } = await killedAt('after the completion');
      expect(await repeat()).toMatchObject({ statusCode: 201, body: 'first' });
      expect(await effects()).toBe(1);
    });
  });
});
