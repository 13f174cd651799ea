import * as v from 'valibot';
import type { Resource } from './cloud-assembly.ts';
import type { TableModel } from './model.ts';
import type { ReadProperties } from './resource-reader.ts';

const keySchema = v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(['HASH', 'RANGE']) }));

const throughputSchema = v.optional(v.object({ ReadCapacityUnits: v.number(), WriteCapacityUnits: v.number() }));

const indexSchema = v.object({
  IndexName: v.string(),
  KeySchema: keySchema,
  Projection: v.object({
    ProjectionType: v.picklist(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: v.optional(v.array(v.string())),
  }),
  ProvisionedThroughput: throughputSchema,
});

const tableSchema = v.object({
  TableName: v.optional(v.string()),
  KeySchema: keySchema,
  AttributeDefinitions: v.array(v.object({ AttributeName: v.string(), AttributeType: v.picklist(['S', 'N', 'B']) })),
  BillingMode: v.optional(v.picklist(['PAY_PER_REQUEST', 'PROVISIONED'])),
  ProvisionedThroughput: throughputSchema,
  GlobalSecondaryIndexes: v.optional(v.array(indexSchema)),
  LocalSecondaryIndexes: v.optional(v.array(indexSchema)),
  TimeToLiveSpecification: v.optional(v.object({ AttributeName: v.optional(v.string()), Enabled: v.boolean() })),
});

export function readTable(logicalId: string, resource: Resource, readProperties: ReadProperties): TableModel {
  const { TimeToLiveSpecification: timeToLive, ...table } = readProperties(logicalId, resource, tableSchema);
  const name = table.TableName ?? logicalId;
  return {
    logicalId,
    name,
    definition: { ...table, TableName: name },
    ...(timeToLive?.Enabled && timeToLive.AttributeName ? { timeToLiveAttribute: timeToLive.AttributeName } : {}),
  };
}
