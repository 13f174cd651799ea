import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall, type marshallOptions } from '@aws-sdk/util-dynamodb';
import type { Context } from 'aws-lambda';
import type { DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
import { toGuardItem } from './guard-item.ts';
import { checkTable, type Item, keyOf, type Table, type UniqueConstraint } from './table.ts';

/** A condition in DynamoDB's own words. */
export interface Condition {
  ConditionExpression: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

export interface Update extends Partial<Condition> {
  UpdateExpression: string;
}

export interface WriteOptions {
  /**
   * Decides the answer when this write's condition fails, and so nothing was written: what it returns takes the place of what
   * the handler returned; what it throws reaches the caller.
   */
  otherwise?: (existing: Item | undefined) => unknown;
}

export interface UniqueOptions {
  /** Attributes besides the primary key that no two items may share: `['orderNo', ['userId', 'cartId']]`. */
  unique?: readonly UniqueConstraint[];
}

/**
 * The writes of one request: collected while the handler runs, then done all together or not at all.
 *
 * Each method takes a copy, checks it, and throws a `TypeError` when it can't be written.
 */
export interface Writes {
  /** Adds an item whose primary key must be new, and whose `unique` attributes no other item may have. */
  insert(table: Table, item: Item, options?: UniqueOptions & WriteOptions): void;
  /** Puts an item in place of one that may be there. */
  put(table: Table, item: Item, condition?: Condition, options?: WriteOptions): void;
  update(table: Table, key: Item, update: Update, options?: WriteOptions): void;
  /** Deletes an item; with `unique`, pass the whole item as read, so that its unique values become free again. */
  delete(table: Table, item: Item, condition?: Condition, options?: UniqueOptions & WriteOptions): void;
  /** Writes nothing, but the rest only if the condition holds. */
  check(table: Table, key: Item, condition: Condition, options?: WriteOptions): void;
}

/** The context of a handler under `uniqueIndex`. */
export type WritesContext = Context & { writes: Writes };

/** A write that is ready to be sent. */
export interface PendingWrite {
  request: TransactWriteItem;
  tableName: string;
  /** What is taken already when the condition of an insert fails: the primary key or a unique constraint. */
  uniqueAttributes: readonly string[] | undefined;
  otherwise: WriteOptions['otherwise'];
}

export interface CollectedWrites {
  writes: Writes;
  /** Ends the collecting, and hands over what there is. */
  close(): readonly PendingWrite[];
}

/** How the items of a handler become attribute values: as those of the client that it would use itself. */
export const marshallOptionsOf = ({ marshallOptions }: DynamoDBApi): marshallOptions => ({
  removeUndefinedValues: true,
  ...marshallOptions,
  // The SDK's document client sets this on the options it was given, for commands of its own.
  convertTopLevelContainer: false,
});

export const collectWrites = (options: marshallOptions): CollectedWrites => {
  const pending: PendingWrite[] = [];
  let closed = false;
  const toAttributes = (item: Item): Record<string, AttributeValue> => marshall(item, options);

  const add = (
    table: Table,
    request: TransactWriteItem,
    { otherwise }: WriteOptions,
    uniqueAttributes?: readonly string[],
  ): void => {
    if (closed) {
      throw new Error('writes: the request has been answered already. Await everything that your handler writes.');
    }
    if (otherwise !== undefined && typeof otherwise !== 'function') {
      throw new TypeError('writes: `otherwise` must be a function.');
    }
    pending.push({ request, tableName: table.tableName, uniqueAttributes, otherwise });
  };

  const expressionsOf = ({ ExpressionAttributeValues: values, ...rest }: Partial<Update>) => ({
    ...rest,
    ...(values && { ExpressionAttributeValues: toAttributes(values) }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  });

  const mustBeNew = (table: Table) => ({
    TableName: table.tableName,
    ...expressionsOf({
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': table.partitionKey },
    }),
  });

  const insert: Writes['insert'] = (table, item, options = {}) => {
    checkTable(table);
    const Put = { ...mustBeNew(table), Item: toAttributes(item) };
    const keyNames = Object.keys(keyOf(table, item));
    const guards = (options.unique ?? []).map((constraint) => toGuardItem(table, item, constraint));
    add(table, { Put }, options, keyNames);
    for (const { attributes, key, uniqueOf } of guards) {
      add(table, { Put: { ...mustBeNew(table), Item: toAttributes({ ...key, uniqueOf }) } }, options, attributes);
    }
  };

  const put: Writes['put'] = (table, item, condition, options = {}) => {
    checkTable(table);
    keyOf(table, item);
    add(
      table,
      { Put: { TableName: table.tableName, Item: toAttributes(item), ...expressionsOf({ ...condition }) } },
      options,
    );
  };

  const update: Writes['update'] = (table, key, { UpdateExpression, ...condition }, options = {}) => {
    checkTable(table);
    const Key = toAttributes(keyOf(table, key));
    add(table, { Update: { TableName: table.tableName, Key, UpdateExpression, ...expressionsOf(condition) } }, options);
  };

  const check: Writes['check'] = (table, key, condition, options = {}) => {
    checkTable(table);
    const Key = toAttributes(keyOf(table, key));
    const { ConditionExpression } = condition;
    add(
      table,
      { ConditionCheck: { TableName: table.tableName, Key, ...expressionsOf(condition), ConditionExpression } },
      options,
    );
  };

  const remove: Writes['delete'] = (table, item, condition, options = {}) => {
    checkTable(table);
    const guards = (options.unique ?? []).map((constraint) => toGuardItem(table, item, constraint));
    const unchanged = attributesUnchanged(
      item,
      guards.flatMap(({ attributes }) => attributes),
    );
    const Key = toAttributes(keyOf(table, item));
    add(table, { Delete: { TableName: table.tableName, Key, ...expressionsOf(both(condition, unchanged)) } }, options);
    for (const { key } of guards) {
      add(table, { Delete: { TableName: table.tableName, Key: toAttributes(key) } }, {});
    }
  };

  const close = (): readonly PendingWrite[] => {
    closed = true;
    return pending;
  };

  return { writes: Object.freeze({ insert, put, update, delete: remove, check }), close };
};

/** Holds while the item still has the values whose guards are deleted with it. */
const attributesUnchanged = (item: Item, attributes: readonly string[]): Condition | undefined => {
  if (attributes.length === 0) return undefined;
  const entries = [...new Set(attributes)].map((name, index) => ({ name, index }));
  return {
    ConditionExpression: entries.map(({ index }) => `#unique${index} = :unique${index}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(entries.map(({ name, index }) => [`#unique${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(entries.map(({ name, index }) => [`:unique${index}`, item[name]])),
  };
};

const both = (one: Condition | undefined, other: Condition | undefined): Partial<Condition> => {
  if (!one || !other) return one ?? other ?? {};
  return {
    ConditionExpression: `(${one.ConditionExpression}) AND (${other.ConditionExpression})`,
    ExpressionAttributeNames: { ...one.ExpressionAttributeNames, ...other.ExpressionAttributeNames },
    ExpressionAttributeValues: { ...one.ExpressionAttributeValues, ...other.ExpressionAttributeValues },
  };
};
