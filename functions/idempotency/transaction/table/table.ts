import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';

/** A table of your own: its key and its unique constraints. */
export interface Table {
  tableName: string;
  partitionKey: string;
  sortKey?: string;
  /**
   * Attributes besides the primary key that no two items may share: `['orderNo', ['userId', 'cartId']]`. They hold for all writes through
   * `context.writes` with this declaration: declare a table once, and import it everywhere.
   */
  unique?: readonly UniqueConstraint[];
  /** The table of the guards. They cost the same there. @default the table itself, whose keys must then be strings */
  guards?: GuardTable;
}

/** A table whose partition key is a string, without a sort key. It may serve several tables. */
export interface GuardTable {
  tableName: string;
  partitionKey: string;
}

/** An item as the document client takes it: attributes by name. */
export type Item = Record<string, NativeAttributeValue>;

/** One attribute, or several that are unique together. An item that lacks one of them, or has `null` there, is not constrained. */
export type UniqueConstraint = string | readonly string[];

/** The attributes of each constraint. */
export const constraintsOf = ({ unique = [] }: Table): (readonly string[])[] =>
  unique.map((constraint) => (typeof constraint === 'string' ? [constraint] : constraint));

export const keyNamesOf = ({ partitionKey, sortKey }: Table): string[] =>
  sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];

/** The name of a table that may be given by its ARN. */
export const nameOf = ({ tableName }: Pick<Table, 'tableName'>): string => tableName.slice(tableName.indexOf('/') + 1);
