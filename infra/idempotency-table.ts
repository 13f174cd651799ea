import { AttributeType, BillingMode, Table, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import { Construct, type IConstruct } from 'constructs';
import type { AnyFunction } from './idempotency-table/any-function.ts';
import type { AnyTable } from './idempotency-table/any-table.ts';
import { type AttachArguments, type AttachOptions, attachTo } from './idempotency-table/attach.ts';
import { checkExistingTable, type ExistingTableOptions } from './idempotency-table/existing-table.ts';
import type { Use } from './idempotency-table/uses.ts';

export type { AnyFunction, AnyTable, AttachArguments, AttachOptions, ExistingTableOptions, Use };

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

/** A table that holds idempotency records, created by {@link IdempotencyTable} or already existing. */
export interface IIdempotencyTable extends IConstruct {
  /** The table itself, for alarms, backups and grants beyond {@link IIdempotencyTable.attach}. */
  readonly table: AnyTable;

  /**
   * Lets a function keep its records here: grants exactly the DynamoDB actions of its uses on this table, `kms:Decrypt` on the table's
   * customer-managed key if there is one, and sets the environment variable `IDEMPOTENCY_TABLE`. Calls add up: a second one without
   * `namespace` opens all records.
   *
   * For an alias or version, the function behind it is used. `cdk synth` warns if the variable can't be set, for an imported function or a
   * published version; the CDK itself warns of an imported function without a role.
   *
   * @param fn - The function whose handler uses the library; an alias or a version of it; an imported one.
   * @param uses - What the function uses of the library; an option such as `'wait'` includes everything that it needs; the default is
   * `'idempotencyKey'`. The last argument may be {@link AttachOptions}.
   * @returns This construct, for chaining.
   * @throws Error if a use or an option is unknown, the function's `IDEMPOTENCY_TABLE` already names another table, its runtime is not Node
   * 22 or newer, or it is in another Region or account than the table.
   *
   * @see {@link https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html | DynamoDB encryption at rest
   * usage notes}: the caller's only request to the key is Decrypt, of the table key
   *
   * @example
   * ```ts
   * records.attach(pay, 'idempotencyKey', 'wait').attach(getToken, 'issueToken', { namespace: 'token' });
   * ```
   */
  attach(fn: AnyFunction, ...uses: AttachArguments): this;
}

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
export class IdempotencyTable extends Construct implements IIdempotencyTable {
  /**
   * A table that exists already, of this app or imported, with keys and other data of its own.
   *
   * A table that the app defines is compared with the options; an imported table can't be checked.
   *
   * @param scope - The parent construct.
   * @param id - The construct's id, unique in its scope.
   * @param table - The table: `Table`, `TableV2`, or what `Table.fromTableName` and the like give.
   * @param options - How records are stored in the table, the same as in the handlers' `dynamoDBStore`.
   * @throws {Error} if the table has
   * other keys or another TTL attribute.
   *
   * @example
   * ```ts
   * const orders = Table.fromTableName(this, 'Orders', 'orders');
   * IdempotencyTable.fromTable(this, 'Records', orders, { partitionKey: 'pk', sortKey: 'sk', keyPrefix: 'idempotency#' }).attach(payFunction);
   * ```
   */
  static fromTable(
    scope: Construct,
    id: string,
    table: AnyTable,
    options: ExistingTableOptions = {},
  ): IIdempotencyTable {
    return new ExistingTable(scope, id, table, options);
  }

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

  attach(fn: AnyFunction, ...uses: AttachArguments): this {
    attachTo(this.table, '', fn, uses);
    return this;
  }
}

class ExistingTable extends Construct implements IIdempotencyTable {
  readonly table: AnyTable;
  private readonly keyPrefix: string;

  constructor(scope: Construct, id: string, table: AnyTable, options: ExistingTableOptions) {
    super(scope, id);
    checkExistingTable(table, options);
    this.table = table;
    this.keyPrefix = options.keyPrefix ?? '';
  }

  attach(fn: AnyFunction, ...uses: AttachArguments): this {
    attachTo(this.table, this.keyPrefix, fn, uses);
    return this;
  }
}
