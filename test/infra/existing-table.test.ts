import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AttributeType, Table, type TableProps, type TablePropsV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, test } from 'vitest';
import { type ExistingTableOptions, IdempotencyTable } from '../../infra/idempotency-table.ts';
import { createFunction, synthesizeWith } from './constructs.ts';
import { permissions } from './permissions.ts';
import { synthesize } from './synthesize.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });
const ours = { partitionKey: string('id'), timeToLiveAttribute: 'expiresAt' };

describe('IdempotencyTable.fromTable', () => {
  test('makes no table, and attaches functions to the one that is there, without its indexes', () => {
    const template = synthesizeWith((stack) => {
      const orders = new Table(stack, 'Orders', {
        partitionKey: string('pk'),
        sortKey: string('sk'),
        timeToLiveAttribute: 'ttl',
      });
      orders.addGlobalSecondaryIndex({ indexName: 'byDay', partitionKey: string('day') });
      const attributes = { expiresAt: 'ttl' };
      IdempotencyTable.fromTable(stack, 'Records', orders, { partitionKey: 'pk', sortKey: 'sk', attributes })
        .attach(createFunction(stack, 'Pay'))
        .attach(createFunction(stack, 'Getkey'), 'issueToken');
    });

    template.resourceCountIs('AWS::DynamoDB::Table', 1);
    expect(permissions(template)).toEqual({
      Pay: { Orders: ['dynamodb:UpdateItem'] },
      Getkey: { Orders: ['dynamodb:PutItem'] },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { IDEMPOTENCY_TABLE: { Ref: Match.stringLikeRegexp('^Orders') } } },
    });
  });

  test('takes an imported table, with the key that encrypts it, and puts the prefix of its records before the namespace', () => {
    const template = synthesizeWith((stack) => {
      const table = Table.fromTableAttributes(stack, 'Orders', {
        tableArn: 'arn:aws:dynamodb:eu-central-1:111111111111:table/orders',
        encryptionKey: new Key(stack, 'OrdersKey'),
      });
      const options = { partitionKey: 'pk', sortKey: 'sk', keyPrefix: 'idempotency#' };
      IdempotencyTable.fromTable(stack, 'Records', table, options).attach(createFunction(stack, 'Pay'), {
        namespace: 'pay',
      });
    });

    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'dynamodb:UpdateItem',
            Resource: 'arn:aws:dynamodb:eu-central-1:111111111111:table/orders',
            Condition: {
              'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['idempotency#pay#*', 'idempotency#pay/*'] },
            },
          },
          Match.objectLike({ Action: 'kms:Decrypt' }),
        ],
      },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { IDEMPOTENCY_TABLE: 'orders' } },
    });
  });

  test.for<[what: string, props: TableProps, options: ExistingTableOptions]>([
    ['the default key', ours, {}],
    ['a key of its own', { ...ours, partitionKey: string('pk') }, { partitionKey: 'pk' }],
    ['a sort key', { ...ours, sortKey: string('sk') }, { sortKey: 'sk' }],
    ['another TTL attribute', { ...ours, timeToLiveAttribute: 'ttl' }, { attributes: { expiresAt: 'ttl' } }],
  ])('takes a table with %s', ([_, props, options]) => {
    expect(warningsOf((stack) => new Table(stack, 'Orders', props), options)).toEqual([]);
  });

  test.for<[what: string, props: TableProps, options: ExistingTableOptions, message: RegExp]>([
    [
      'another key',
      { ...ours, partitionKey: string('pk') },
      {},
      /has the key pk \(HASH, S\), not id \(HASH, S\)\. .*`partitionKey`/,
    ],
    [
      'a key that is a number',
      { ...ours, partitionKey: { name: 'id', type: AttributeType.NUMBER } },
      {},
      /id \(HASH, N\)/,
    ],
    ['a sort key that is not named', { ...ours, sortKey: string('sk') }, {}, /sk \(RANGE, S\), not id \(HASH, S\)/],
    ['no sort key', ours, { sortKey: 'sk' }, /not id \(HASH, S\), sk \(RANGE, S\)/],
    [
      'another TTL attribute',
      { ...ours, timeToLiveAttribute: 'ttl' },
      {},
      /attribute ttl, not expiresAt.*`attributes: \{ expiresAt: 'ttl' \}`/,
    ],
  ])('refuses a table with %s, with the cure', ([_, props, options, message]) => {
    expect(() => warningsOf((stack) => new Table(stack, 'Orders', props), options)).toThrow(message);
  });

  test('warns of a table without TTL', () => {
    expect(warningsOf((stack) => new Table(stack, 'Orders', { partitionKey: string('id') }))).toEqual([
      expect.stringContaining('The table has no TTL'),
    ]);
  });

  test('checks a TableV2 likewise, and warns of replicas', () => {
    const create = (props: Partial<TablePropsV2>) => (stack: Stack) =>
      new TableV2(stack, 'Orders', { ...ours, ...props });

    expect(warningsOf(create({}))).toEqual([]);
    expect(() => warningsOf(create({ sortKey: string('sk') }))).toThrow('sk (RANGE, S)');
    expect(warningsOf(create({ replicas: [{ region: 'eu-west-1' }] }))).toEqual([
      expect.stringContaining('two Regions could both win one claim'),
    ]);
  });
});

function warningsOf(create: (stack: Stack) => Table | TableV2, options: ExistingTableOptions = {}) {
  let warnings: unknown[] = [];
  synthesize(
    (app) => {
      const stack = new Stack(app, 'Test', { env: { region: 'eu-central-1', account: '111111111111' } });
      IdempotencyTable.fromTable(stack, 'Records', create(stack), options).attach(createFunction(stack, 'Pay'));
      return stack;
    },
    (stack) => {
      warnings = Annotations.fromStack(stack)
        .findWarning('*', Match.anyValue())
        .map(({ entry }) => entry.data);
    },
  );
  return warnings;
}
