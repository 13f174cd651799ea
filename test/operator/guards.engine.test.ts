import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { uniqueIndex, type WritesContext } from '../../functions/idempotency/entries/main.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { lambdaContext } from '../support/lambda.ts';
import { runLine } from '../support/operator.ts';

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

onEachEngine((database) => {
  const usersTable = async () => {
    const tableName = await database.createTable({ partitionKey: 'userId' });
    const users = { tableName, partitionKey: 'userId', unique: ['email'] };
    const handler = middy(async (item: Record<string, string>, { writes }: WritesContext) => {
      writes.insert(users, item);
    }).use(uniqueIndex({ client: database.client }));
    const insert = (userId: string, email: string) => handler({ userId, email } as never, lambdaContext() as never);
    const connection = ['--table', tableName, '--region', 'eu-central-1', '--endpoint', database.endpoint];
    const run = (...args: string[]) => runLine(['guards', '--unique', 'email', ...args, ...connection]);
    return { tableName, insert, run };
  };

  it('guards and items that are apart are found, mended when told to, and then no more', async () => {
    const { tableName, insert, run } = await usersTable();
    await insert('u-1', 'one@example.com');
    await insert('u-2', 'two@example.com');
    expect(await run('--check')).toMatchObject({ code: 0, stdout: '' });
    await database.client.send(new DeleteCommand({ TableName: tableName, Key: { userId: 'u-1' } }));
    await database.client.send(
      new PutCommand({ TableName: tableName, Item: { userId: 'u-3', email: 'three@example.com' } }),
    );
    const problems = ['guard without item', 'item without guard'];
    const before = await database.items(tableName);

    const checked = await run('--check', '--json');
    expect([checked.code, checked.json.findings.map(({ problem }: { problem: string }) => problem).sort()]).toEqual([
      6,
      problems,
    ]);
    const dry = await run('--mend');
    expect([dry.code, dry.stderr]).toEqual([
      6,
      expect.stringContaining('Nothing was changed. To mend: npx middy-idempotency guards'),
    ]);
    expect(await database.items(tableName)).toEqual(before);

    const mended = await run('--mend', '--yes');
    expect([mended.code, mended.stderr]).toEqual([0, expect.stringContaining('2 found, 2 mended')]);
    expect(mended.stderr).toContain('"command":"guards --mend"');
    expect(await run('--check')).toMatchObject({ code: 0, stdout: '' });
    await insert('u-4', 'one@example.com');
  });

  it('values that two items have are reported, and mended by nobody', async () => {
    const { tableName, insert, run } = await usersTable();
    await insert('u-1', 'same@example.com');
    await database.client.send(
      new PutCommand({ TableName: tableName, Item: { userId: 'u-2', email: 'same@example.com' } }),
    );
    const { code, stdout } = await run('--mend', '--yes');
    expect([code, stdout]).toEqual([
      6,
      expect.stringMatching(/value of two items +email +{"userId":"u-2"} +{"userId":"u-1"} +no/),
    ]);
  });
});
