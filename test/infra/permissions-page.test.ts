import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RecordsStack } from '../../docs/examples/records.ts';
import { IdempotencyTable, type Use } from '../../infra/idempotency-table.ts';
import { createFunction, synthesizeWith } from './constructs.ts';
import { isAllowed } from './iam/evaluate.ts';
import { statementsOf } from './iam/statements-of.ts';
import { permissions } from './permissions.ts';
import { synthesize } from './synthesize.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/permissions.md'), 'utf8');

test('the page on permissions has every use, with what attach grants for it', () => {
  const [, section = ''] = page.split('## What `attach` grants');
  const rows = [...section.matchAll(/^\| ([^|]+) \| (`dynamodb:[^|]+) \|$/gm)];
  const documented = new Map(
    rows.flatMap(([, uses = '', actions = '']) => {
      // What stands after a comma in words is about the use before it.
      const names = [...uses.replace(/, (in|with) .*$/, '').matchAll(/`(\w+)`/g)].map(([, use]) => use as Use);
      const granted = [...actions.matchAll(/`([\w:]+)`/g)].map(([, action]) => action);
      return names.map((use) => [use, { IdempotencyTable: granted }] as const);
    }),
  );
  const template = synthesizeWith((stack) => {
    const table = new IdempotencyTable(stack, 'Idempotency');
    for (const use of documented.keys()) table.attach(createFunction(stack, use), use);
    // @ts-expect-error refused, with the names of all uses
    const names = () => table.attach(createFunction(stack, 'Unknown'), 'unknown');

    expect(names).toThrow(`Known uses: ${sorted([...documented.keys()]).join(', ')}.`);
  });

  expect(permissions(template)).toMatchObject(Object.fromEntries(documented));
});

test('the example of the page keeps functions apart', () => {
  const template = synthesize((app) => new RecordsStack(app, 'Records'));
  const may = (functionId: string, action: string, leadingKey: string, table: string) =>
    isAllowed(
      statementsOf(template)(functionId).filter(({ Action }) => !/^s3:/.test(String(Action))),
      {
        action,
        resource: `arn:aws:dynamodb:eu-central-1:000000000000:table/${table}`,
        context: { 'dynamodb:LeadingKeys': [leadingKey] },
      },
    );
  const [records = ''] = Object.keys(template.findResources('AWS::DynamoDB::Table'));

  expect(may('Pay', 'dynamodb:UpdateItem', 'token#1', records)).toBe(true);
  expect(may('Pay', 'dynamodb:UpdateItem', 'report#1', records)).toBe(false);
  expect(may('GetToken', 'dynamodb:PutItem', 'token#1', records)).toBe(true);
  expect(may('GetToken', 'dynamodb:UpdateItem', 'token#1', records)).toBe(false);
  expect(may('Book', 'dynamodb:GetItem', 'idempotency#book#1', 'orders')).toBe(true);
  expect(may('Book', 'dynamodb:GetItem', 'order#1', 'orders')).toBe(false);
});

const sorted = (names: readonly string[]) => names.toSorted();
