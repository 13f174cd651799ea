import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import type { Context } from 'aws-lambda';
import type { Item, Table } from './table/table.ts';

/** A condition in DynamoDB's own words. */
export interface Condition {
  ConditionExpression: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

export interface Update extends Partial<Condition> {
  /** May be left out where `changes` say all. */
  UpdateExpression?: string;
}

export interface WriteOptions {
  /**
   * Decides the answer when this write's condition fails, and so nothing was written: what it returns takes the place of what
   * the handler returned; what it throws reaches the caller.
   *
   * @param existing the item that is there; where a unique value is taken, the key of the item that has it
   * @param taken the attributes whose values are taken, if that is why
   */
  otherwise?: (existing: Item | undefined, taken?: readonly string[]) => unknown;
}

export interface PutOptions extends WriteOptions {
  /**
   * For a table with `unique`: the item that is replaced, as it was read; `{}` if there is none, or none with unique values. Its
   * values become free, unless one of them changed since.
   */
  replaces?: Item;
}

/** What an attribute is, and what it becomes; without `from` the item has none, without `to` it is removed. */
export interface Change {
  from?: NativeAttributeValue;
  to?: NativeAttributeValue;
}

export interface UpdateOptions extends WriteOptions {
  /**
   * How attributes of unique constraints change: `{ email: { from: user.email, to: email } }`. The update writes them by itself, if
   * the item still has what they change from. Of a constraint of several attributes, all must be said.
   */
  changes?: Readonly<Record<string, Change>>;
}

/**
 * The writes of one request: collected while the handler runs, then done all together or not at all.
 *
 * Each method takes a copy, checks it, and throws a `TypeError` or `RangeError` when it can't be written, or would break a unique
 * constraint that the table declares.
 */
export interface Writes {
  /** Adds an item whose primary key must be new, and whose unique values no other item may have. */
  insert(table: Table, item: Item, options?: WriteOptions): void;
  /** Puts an item in place of one that may be there. */
  put(table: Table, item: Item, condition?: Condition, options?: PutOptions): void;
  /** Changes an item, or adds one that has nothing else. */
  update(table: Table, key: Item, update: Update, options?: UpdateOptions): void;
  /** Deletes an item. Of a table with `unique`, pass the whole item as it was read, so that its unique values become free again. */
  delete(table: Table, item: Item, condition?: Condition, options?: WriteOptions): void;
  /** Writes nothing, but the rest only if the condition holds. */
  check(table: Table, key: Item, condition: Condition, options?: WriteOptions): void;
}

/** The context of a handler under `uniqueIndex`. */
export type WritesContext = Context & { writes: Writes };
