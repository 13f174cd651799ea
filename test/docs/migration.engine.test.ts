import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { anyEngine, openDatabase } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/migrate-from-powertools.md');
const blocks = [...page.matchAll(/<!-- from (\S+) -->\n+```ts\n([\s\S]*?)```/g)];

const endpoint = anyEngine();

beforeAll(async () => {
  vi.stubEnv('IDEMPOTENCY_TABLE', await openDatabase(endpoint).createTable());
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

describe('the migration page', () => {
  it('takes every TypeScript block from a file', () => {
    expect(blocks).toHaveLength(page.match(/```ts/g)?.length ?? 0);
  });

  it.each(blocks.map(([, file = '', code = '']) => [file, code]))('quotes %s as it is', (file, code) => {
    expect(read(file)).toContain(code);
  });

  it.each(['from-powertools', 'jmespath-key'])('%s: a repeat gets the first answer', async (example) => {
    const { handler } = await import(`../../docs/examples/${example}.ts`);
    const event = httpApiEvent({ body: { orderId: 'o-1', userId: 'u-1', amount: 100 } });
    const first = await handler(event, lambdaContext());
    expect(first).toMatchObject({ statusCode: 201 });
    expect(await handler(event, lambdaContext())).toEqual({ ...first, headers: { 'idempotent-replayed': 'true' } });
    expect(await handler(httpApiEvent({ body: { orderId: 'o-1' } }), lambdaContext())).toMatchObject({
      statusCode: 400,
    });
  });

  it('names every option that Powertools has', () => {
    const declarations = ['IdempotencyOptions', 'DynamoDBPersistence'].map((file) =>
      read(`node_modules/@aws-lambda-powertools/idempotency/lib/esm/types/${file}.d.ts`),
    );
    const options = declarations
      .flatMap((text) => [
        ...text.matchAll(/(?:type IdempotencyConfigOptions =|interface DynamoDBPersistence\w+)[^{]*\{([^}]*)\}/g),
      ])
      .flatMap(([, body = '']) => [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name));
    expect(options.length).toBeGreaterThan(12);
    for (const option of options) expect(page).toMatch(new RegExp(`\\b${option}\\b`));
  });
});
