import { isDeepStrictEqual } from 'node:util';
import { Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import { CfnFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

const TABLE_VARIABLE = 'IDEMPOTENCY_TABLE';

/** The actions that each part of the library sends to its table; transactions need those of their items. */
const ACTIONS = {
  idempotencyKey: ['dynamodb:UpdateItem'],
  /** A token is deleted when it is used, and updated with `retainResult`. */
  singleUseToken: ['dynamodb:DeleteItem', 'dynamodb:UpdateItem'],
  issueToken: ['dynamodb:PutItem'],
  uniqueIndex: ['dynamodb:PutItem'],
  /** The options of these names, which read a record without claiming it. */
  wait: ['dynamodb:GetItem'],
  readFirst: ['dynamodb:GetItem'],
} as const satisfies Record<string, readonly `dynamodb:${string}`[]>;

/** The part of the library that a function uses: named after the middleware, the function or the option. */
export type Use = keyof typeof ACTIONS;

type FixedProps =
  | 'partitionKey'
  | 'sortKey'
  | 'timeToLiveAttribute'
  | 'billingMode'
  | 'readCapacity'
  | 'writeCapacity'
  | 'replicationRegions'
  | 'replicaRemovalPolicy'
  | 'replicationTimeout'
  | 'waitForReplicationToFinish';

/** The options of a DynamoDB table, except those that the library's records and guarantees fix. */
export type IdempotencyTableProps = Omit<TableProps, FixedProps> & { readonly [Name in FixedProps]?: never };

/**
 * The DynamoDB table that holds idempotency records: partition key `id` (string), TTL attribute `expiresAt` (epoch seconds), on-demand
 * capacity. One table serves any number of functions: a record's id begins with its namespace, the function's name unless chosen otherwise.
 *
 * It is a table of one Region on purpose. Replicas of a global table (multi-Region eventual consistency) check a condition against their own
 * Region's version of the item and settle conflicts by "last writer wins", so two Regions could both win the same claim; the strongly
 * consistent kind supports neither TTL nor transactions. Send all retries of an operation to one Region.
 *
 * @see {@link https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html | How DynamoDB global tables work}
 *
 * @example
 * ```ts
 * new IdempotencyTable(this, 'Idempotency').attach(payFunction).attach(getkeyFunction, 'issueToken');
 * ```
 */
export class IdempotencyTable extends Construct {
  /** The table itself, for alarms, backups and grants beyond {@link IdempotencyTable.attach}. */
  readonly table: Table;

  /**
   * @param scope - The parent construct.
   * @param id - The construct's id, unique in its scope.
   * @param props - Table options to pass through, such as `removalPolicy` (the CDK's default keeps the table when the stack goes),
   * `deletionProtection`, `encryptionKey`. A compile-time error refuses those that would change keys, TTL, billing mode or Regions.
   */
  constructor(scope: Construct, id: string, props: IdempotencyTableProps = {}) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      ...props,
      partitionKey: { name: 'id', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
    });
  }

  /**
   * Lets a function keep its records here: grants the exact DynamoDB actions of its uses on this table only, `kms:Decrypt` on the table's
   * customer-managed key if there is one, and sets the environment variable `IDEMPOTENCY_TABLE`. May be called again to add uses.
   *
   * @param fn - The function whose handler uses the library.
   * @param uses - Which parts of the library it uses; none named means `'idempotencyKey'`.
   * @returns This construct, for chaining.
   * @throws Error if the function's `IDEMPOTENCY_TABLE` already names another table.
   *
   * @see {@link https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html | DynamoDB encryption at rest usage notes}:
   * the caller's only request to the key is Decrypt, of the table key
   */
  attach(fn: LambdaFunction, ...uses: Use[]): this {
    this.refuseOtherTable(fn);
    const actions = (uses.length > 0 ? uses : (['idempotencyKey'] as const)).flatMap((use) => ACTIONS[use]);
    this.table.grant(fn, ...new Set(actions));
    this.table.encryptionKey?.grantDecrypt(fn);
    fn.addEnvironment(TABLE_VARIABLE, this.table.tableName);
    return this;
  }

  private refuseOtherTable(fn: LambdaFunction): void {
    const present = environmentVariable(fn, TABLE_VARIABLE);
    const wanted: unknown = Stack.of(fn).resolve(this.table.tableName);
    if (present === undefined || isDeepStrictEqual(present, wanted)) return;
    throw new Error(
      `${fn.node.path} already has ${TABLE_VARIABLE} = ${JSON.stringify(present)}, ` +
        `so attach can't point it to ${this.node.path}, ${JSON.stringify(wanted)}. For a second table, grant it with ` +
        `\`.table.grant(fn, ...)\` and pass its name to the handler's \`dynamoDBStore({ tableName })\`.`,
    );
  }
}

// The CDK has no getter for a function's environment; the CloudFormation resource below it has, as a lazy value.
function environmentVariable(fn: LambdaFunction, name: string): unknown {
  const { defaultChild } = fn.node;
  if (!(defaultChild instanceof CfnFunction)) return undefined;
  const environment: { variables?: Record<string, unknown> } | undefined = Stack.of(fn).resolve(
    defaultChild.environment,
  );
  return environment?.variables?.[name];
}
