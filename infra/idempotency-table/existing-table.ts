import { Annotations, Stack } from 'aws-cdk-lib';
import { CfnGlobalTable, CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import type { AnyTable } from './any-table.ts';

/** How records are stored in an existing table: must equal what you pass to `dynamoDBStore` under the same names. */
export interface ExistingTableOptions {
  /**
   * The table's partition key, a string.
   * @default 'id'
   */
  readonly partitionKey?: string;
  /**
   * The table's sort key, a string.
   * @default none
   */
  readonly sortKey?: string;
  /**
   * What the partition keys of records begin with.
   * @default none
   */
  readonly keyPrefix?: string;
  /** Other names for attributes of a record; the construct only needs the table's TTL attribute. */
  readonly attributes?: {
    /** @default 'expiresAt' */
    readonly expiresAt?: string;
  };
}

interface Description {
  keySchema?: { attributeName: string; keyType: string }[];
  attributeDefinitions?: { attributeName: string; attributeType: string }[];
  timeToLiveSpecification?: { attributeName?: string; enabled: boolean };
  replicas?: unknown[];
}

/**
 * Compares a table with what it is to hold, as far as this app defines it.
 *
 * @throws {Error} when its keys or its TTL attribute are others
 */
export const checkExistingTable = (
  table: AnyTable,
  { partitionKey = 'id', sortKey, attributes: { expiresAt = 'expiresAt' } = {} }: ExistingTableOptions,
): void => {
  const resource = table.node.defaultChild;
  if (!(resource instanceof CfnTable || resource instanceof CfnGlobalTable)) return;
  const { keySchema = [], attributeDefinitions = [], timeToLiveSpecification, replicas = [] } = describe(resource);

  const found = keySchema.map(({ attributeName, keyType }) => {
    const { attributeType } = attributeDefinitions.find((defined) => defined.attributeName === attributeName) ?? {};
    return `${attributeName} (${keyType}, ${attributeType})`;
  });
  const wanted = [`${partitionKey} (HASH, S)`, ...(sortKey === undefined ? [] : [`${sortKey} (RANGE, S)`])];
  if (found.join() !== wanted.join()) {
    throw new Error(
      `IdempotencyTable.fromTable: ${table.node.path} has the key ${found.join(', ')}, not ${wanted.join(', ')}. Pass its ` +
        'keys as `partitionKey` and `sortKey`, here and to `dynamoDBStore`; both must be strings.',
    );
  }

  const ttl = timeToLiveSpecification?.enabled ? timeToLiveSpecification.attributeName : undefined;
  if (ttl !== undefined && ttl !== expiresAt) {
    throw new Error(
      `IdempotencyTable.fromTable: ${table.node.path} has the TTL attribute ${ttl}, not ${expiresAt}: expired records would stay for ever. ` +
        `Pass \`attributes: { expiresAt: '${ttl}' }\`, here and to \`dynamoDBStore\`.`,
    );
  }
  const annotations = Annotations.of(table);
  if (ttl === undefined) {
    annotations.addWarningV2(
      'middy-idempotency:ttl',
      `The table has no TTL, so expired records stay for ever. Set \`timeToLiveAttribute: '${expiresAt}'\`.`,
    );
  }
  if (replicas.length > 1) {
    annotations.addWarningV2(
      'middy-idempotency:replicas',
      'Conditional writes hold within one Region: two Regions could both win one claim. Send all requests of an operation to one Region.',
    );
  }
};

const describe = (resource: CfnTable | CfnGlobalTable): Description =>
  Stack.of(resource).resolve({
    keySchema: resource.keySchema,
    attributeDefinitions: resource.attributeDefinitions,
    timeToLiveSpecification: resource.timeToLiveSpecification,
    replicas: resource instanceof CfnGlobalTable ? resource.replicas : [],
  });
