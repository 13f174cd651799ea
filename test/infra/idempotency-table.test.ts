import { RemovalPolicy } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AttributeType, BillingMode } from 'aws-cdk-lib/aws-dynamodb';
import { describe, expect, test } from 'vitest';
import { IdempotencyTable, type IdempotencyTableProps } from '../../infra/idempotency-table.ts';
import { synthesizeWith } from './constructs.ts';

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
