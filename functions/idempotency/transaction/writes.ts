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
  /** May be left out if `changes` say everything. */
  UpdateExpression?: string;
}

export interface WriteOptions {
  /**
   * Decides the answer when this write's condition fails, and so nothing was written: what it returns replaces the handler's answer; what
   * it throws reaches the caller. If it returns nothing to an HTTP request, that is refused as without it, and there is an event
   * `callback-failed`.
   *
   * @param existing the existing item; if a unique value is taken, the key of the item that has it
   * @param taken the attributes whose values are taken, if that is why
   */
  otherwise?: (existing: Item | undefined, taken?: readonly string[]) => unknown;
}

export interface PutOptions extends WriteOptions {
  /**
   * For a table with `unique`: the item that is replaced, as it was read; `{}` if there is none, or it has no unique values. Its unique
   * values are freed; the put fails if one of them has changed since.
   */
  replaces?: Item;
}

/** The old and the new value of an attribute; without `from` the item has none, without `to` it is removed. */
export interface Change {
  from?: NativeAttributeValue;
  to?: NativeAttributeValue;
}

export interface UpdateOptions extends WriteOptions {
  /**
   * How attributes of unique constraints change: `{ email: { from: user.email, to: email } }`. The update writes the new values, if the
   * item still has the old ones. For a constraint of several attributes, pass all of them.
   */
  changes?: Readonly<Record<string, Change>>;
}

/**
 * The writes of one request: they are collected while the handler runs, and then all done together, or none.
 *
 * Each method copies and checks its arguments, and throws a `TypeError` or `RangeError` if they can't be written, or would break a unique
 * constraint of the table.
 */
export interface Writes {
  /**
   * Adds an item. Its primary key must be new, and no other item may have its unique values.
   *
   * @example `writes.insert(users, { userId, email })`
   */
  insert(table: Table, item: Item, options?: WriteOptions): void;
  /**
   * Puts an item, which may replace an existing one.
   *
   * @example `writes.put(users, { ...user, email }, undefined, { replaces: user })`
   */
  put(table: Table, item: Item, condition?: Condition, options?: PutOptions): void;
  /**
   * Updates an item, or creates it if there is none.
   *
   * @example `writes.update(users, { userId }, {}, { changes: { email: { from: user.email, to: email } } })`
   */
  update(table: Table, key: Item, update: Update, options?: UpdateOptions): void;
  /**
   * Deletes an item. For a table with `unique`, pass the whole item as it was read, so that its unique values are freed.
   *
   * @example `writes.delete(users, user)`
   */
  delete(table: Table, item: Item, condition?: Condition, options?: WriteOptions): void;
  /**
   * Writes nothing itself, but makes the other writes depend on a condition.
   *
   * @example `writes.check(carts, { cartId }, { ConditionExpression: 'attribute_exists(cartId)' })`
   */
  check(table: Table, key: Item, condition: Condition, options?: WriteOptions): void;
}

/** The context of a handler under `uniqueIndex`. */
export type WritesContext = Context & { writes: Writes };
