import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { IdempotencyTable, type IdempotencyTableProps, type Use } from '../../infra/idempotency-table.ts';
import { permissions } from './permissions.ts';
import { synthesize } from './synthesize.ts';

describe('IdempotencyTable', () => {
  test('creates an on-demand table with the key and the TTL attribute of the records', () => {
    const template = synthesizeWith((stack) => new IdempotencyTable(stack, 'Idempotency'));

    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        BillingMode: 'PAY_PER_REQUEST',
        ProvisionedThroughput: Match.absent(),
      },
    });
  });

  test('passes the other table options through', () => {
    const template = synthesizeWith(
      (stack) =>
        new IdempotencyTable(stack, 'Idempotency', {
          tableName: 'records',
          removalPolicy: RemovalPolicy.DESTROY,
          deletionProtection: true,
          pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
          maxWriteRequestUnits: 100,
        }),
    );

    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: {
        TableName: 'records',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        OnDemandThroughput: { MaxWriteRequestUnits: 100 },
      },
    });
  });

  test('refuses at compile time what the library fixes, and keeps it at run time', () => {
    // @ts-expect-error the key is the library's
    const key: IdempotencyTableProps = { partitionKey: { name: 'pk', type: AttributeType.NUMBER } };
    // @ts-expect-error no sort key
    const sortKey: IdempotencyTableProps = { sortKey: { name: 'sk', type: AttributeType.STRING } };
    // @ts-expect-error the TTL attribute is the library's
    const ttl: IdempotencyTableProps = { timeToLiveAttribute: 'ttl' };
    // @ts-expect-error on-demand only
    const billing: IdempotencyTableProps = { billingMode: BillingMode.PROVISIONED };
    // @ts-expect-error one Region only
    const regions: IdempotencyTableProps = { replicationRegions: ['eu-west-1'] };
    expect([sortKey, regions]).toHaveLength(2);

    const template = synthesizeWith((stack) => {
      new IdempotencyTable(stack, 'Idempotency', { ...key, ...ttl, ...billing });
    });

    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
    });
  });
});

describe('attach', () => {
  test('tells the function the name of the table and keeps its other variables', () => {
    const template = synthesizeWith((stack) => {
      const fn = createFunction(stack, 'Pay', { PROVIDER: 'acme' });
      new IdempotencyTable(stack, 'Idempotency').attach(fn);
    });

    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { PROVIDER: 'acme', IDEMPOTENCY_TABLE: { Ref: Match.stringLikeRegexp('^IdempotencyTable') } },
      },
    });
  });

  test.for<[uses: Use[], actions: string[]]>([
    [[], ['dynamodb:UpdateItem']],
    [['idempotencyKey'], ['dynamodb:UpdateItem']],
    [['singleUseToken'], ['dynamodb:DeleteItem', 'dynamodb:UpdateItem']],
    [['issueToken'], ['dynamodb:PutItem']],
    [['uniqueIndex'], ['dynamodb:PutItem']],
    [
      ['issueToken', 'singleUseToken'],
      ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    ],
    [
      ['idempotencyKey', 'singleUseToken'],
      ['dynamodb:DeleteItem', 'dynamodb:UpdateItem'],
    ],
  ])('grants for %j exactly %j on exactly this table', ([uses, actions]) => {
    const template = synthesizeWith((stack) => {
      new IdempotencyTable(stack, 'Idempotency').attach(createFunction(stack, 'Pay'), ...uses);
    });

    expect(permissions(template)['Pay']).toEqual({ IdempotencyTable: actions });
  });

  test('adds the uses of a second call', () => {
    const template = synthesizeWith((stack) => {
      const fn = createFunction(stack, 'Pay');
      new IdempotencyTable(stack, 'Idempotency').attach(fn, 'issueToken').attach(fn, 'singleUseToken');
    });

    expect(permissions(template)['Pay']).toEqual({
      IdempotencyTable: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    });
  });

  test('gives each of several functions its own uses only', () => {
    const template = synthesizeWith((stack) => {
      new IdempotencyTable(stack, 'Idempotency')
        .attach(createFunction(stack, 'Getkey'), 'issueToken')
        .attach(createFunction(stack, 'Pay'), 'singleUseToken');
    });

    expect(permissions(template)).toEqual({
      Getkey: { IdempotencyTable: ['dynamodb:PutItem'] },
      Pay: { IdempotencyTable: ['dynamodb:DeleteItem', 'dynamodb:UpdateItem'] },
    });
  });

  test("lets the function decrypt with the table's own key", () => {
    const template = synthesizeWith((stack) => {
      new IdempotencyTable(stack, 'Idempotency', {
        encryption: TableEncryption.CUSTOMER_MANAGED,
        encryptionKey: new Key(stack, 'RecordKey'),
      }).attach(createFunction(stack, 'Pay'), 'issueToken');
    });

    expect(permissions(template)['Pay']).toEqual({
      IdempotencyTable: ['dynamodb:PutItem'],
      RecordKey: ['kms:Decrypt'],
    });
  });

  test('serves the functions of another stack', () => {
    const template = synthesize((app) => {
      const idempotency = new IdempotencyTable(new Stack(app, 'Data'), 'Idempotency');
      const stack = new Stack(app, 'Functions');
      const pay = createFunction(stack, 'Pay');
      idempotency.attach(pay).attach(pay, 'issueToken');
      return stack;
    });

    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { IDEMPOTENCY_TABLE: { 'Fn::GetStackOutput': Match.objectLike({ StackName: 'Data' }) } },
      },
    });
  });

  test('refuses a function that another IdempotencyTable has, by name and with the cure', () => {
    synthesizeWith((stack) => {
      const fn = createFunction(stack, 'Pay');
      new IdempotencyTable(stack, 'First').attach(fn);
      const second = new IdempotencyTable(stack, 'Second');

      expect(() => second.attach(fn)).toThrow(
        /^Test\/Pay already has IDEMPOTENCY_TABLE = \{"Ref":"FirstTable\w+"\}.* Test\/Second.*dynamoDBStore\(\{ tableName \}\)/,
      );
    });
  });

  test('refuses a function whose IDEMPOTENCY_TABLE was set by hand to another table, and grants it nothing', () => {
    const template = synthesizeWith((stack) => {
      const other = new Table(stack, 'Other', { partitionKey: { name: 'id', type: AttributeType.STRING } });
      const fn = createFunction(stack, 'Pay', { IDEMPOTENCY_TABLE: other.tableName });

      expect(() => new IdempotencyTable(stack, 'Idempotency').attach(fn)).toThrow(/\{"Ref":"Other\w+"\}/);
    });

    expect(permissions(template)['Pay']).toEqual({});
  });

  test('accepts a function whose IDEMPOTENCY_TABLE was set by hand to this table', () => {
    synthesizeWith((stack) => {
      const idempotency = new IdempotencyTable(stack, 'Idempotency', { tableName: 'records' });
      const fn = createFunction(stack, 'Pay', { IDEMPOTENCY_TABLE: idempotency.table.tableName });

      expect(idempotency.attach(fn)).toBe(idempotency);
    });
  });
});

function synthesizeWith(define: (stack: Stack) => void): Template {
  return synthesize((app) => {
    const stack = new Stack(app, 'Test');
    define(stack);
    return stack;
  });
}

// With a role of its own, and so without the CDK's managed policy for logs: every permission in the template comes from attach.
function createFunction(stack: Stack, id: string, environment: Record<string, string> = {}): LambdaFunction {
  return new LambdaFunction(stack, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('export const handler = () => {};'),
    role: new Role(stack, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
    environment,
  });
}
