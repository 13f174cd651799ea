import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Attributes } from './attributes.ts';
import type { WriteOptions } from './writes.ts';

/** A write that is ready to be sent. */
export interface PendingWrite {
  request: TransactWriteItem;
  tableName: string;
  /** Whether what is written is the item that holds a unique value. */
  isGuard: boolean;
  /** What is taken already when the condition fails: the primary key of an insert, or a unique constraint. */
  uniqueAttributes: readonly string[] | undefined;
  otherwise: WriteOptions['otherwise'];
  /** The key of an item that another write of the same request gives the same key or unique value: refused before it is sent. */
  takenBy?: Attributes;
}
