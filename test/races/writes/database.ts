import { isDeepStrictEqual } from 'node:util';
import {
  type CancellationReason,
  ConditionalCheckFailedException,
  IdempotentParameterMismatchException,
  PutItemCommand,
  TransactionCanceledException,
  TransactionConflictException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { isMet } from './condition.ts';
import { type Attributes, type Expressions, updated } from './expressions.ts';

export type WriteCommand = PutItemCommand | TransactWriteItemsCommand;

export interface Database {
  /** One step: all that the command writes, or nothing. `conflict` has another transaction hold its first item. */
  execute(command: WriteCommand, options?: { conflict?: boolean }): Promise<'written' | 'written before'>;
  items(tableName: string): Attributes[];
}

interface Write extends Expressions {
  tableName: string;
  key: string;
  /** The item after the write; `undefined` when it is deleted. */
  apply: (item: Attributes | undefined) => Attributes | undefined;
}

const $metadata = {};
const message = '';

/** DynamoDB in memory, as far as `uniqueIndex` needs it: conditional puts, and transactions of all kinds of writes. */
export const createDatabase = (partitionKeys: Readonly<Record<string, string>>): Database => {
  const tables = new Map(Object.keys(partitionKeys).map((name) => [name, new Map<string, Attributes>()]));
  const transactions = new Map<string, TransactWriteItem[]>();

  const keyIn = (tableName = '', attributes: Attributes = {}) => ({
    tableName,
    key: String(attributes[partitionKeys[tableName] ?? '']?.S),
  });

  const toWrite = ({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): Write => {
    if (Delete) return { ...Delete, ...keyIn(Delete.TableName, Delete.Key), apply: () => undefined };
    if (ConditionCheck) {
      return { ...ConditionCheck, ...keyIn(ConditionCheck.TableName, ConditionCheck.Key), apply: (item) => item };
    }
    if (Put) return { ...Put, ...keyIn(Put.TableName, Put.Item), apply: () => Put.Item ?? {} };
    if (!Update) throw new Error('The stand-in for DynamoDB does not know this write.');
    return {
      ...Update,
      ...keyIn(Update.TableName, Update.Key),
      apply: (item) => updated(item ?? Update.Key ?? {}, Update),
    };
  };

  const itemOf = ({ tableName, key }: Write) => tables.get(tableName)?.get(key);
  const apply = (write: Write): void => {
    const after = write.apply(itemOf(write));
    if (after) tables.get(write.tableName)?.set(write.key, after);
    else tables.get(write.tableName)?.delete(write.key);
  };

  const reasonFor = (write: Write): CancellationReason => {
    const Item = itemOf(write);
    return isMet(Item, write) ? { Code: 'None' } : { Code: 'ConditionalCheckFailed', ...(Item && { Item }) };
  };

  const put = (write: Write, conflict: boolean) => {
    if (conflict) throw new TransactionConflictException({ $metadata, message });
    const { Code, Item } = reasonFor(write);
    if (Code !== 'None') throw new ConditionalCheckFailedException({ $metadata, message, ...(Item && { Item }) });
    apply(write);
  };

  const transact = (requests: TransactWriteItem[], token: string | undefined, conflict: boolean) => {
    const before = token === undefined ? undefined : transactions.get(token);
    if (before && !isDeepStrictEqual(before, requests)) {
      throw new IdempotentParameterMismatchException({ $metadata, message });
    }
    if (before) return 'written before';
    const writes = requests.map(toWrite);
    if (new Set(writes.map(({ tableName, key }) => `${tableName} ${key}`)).size < writes.length) {
      throw Object.assign(new Error('one item twice'), { name: 'ValidationException' });
    }
    const CancellationReasons = writes.map((write, index) =>
      conflict && index === 0 ? { Code: 'TransactionConflict' } : reasonFor(write),
    );
    if (CancellationReasons.some(({ Code }) => Code !== 'None')) {
      throw new TransactionCanceledException({ $metadata, message, CancellationReasons });
    }
    writes.forEach(apply);
    if (token !== undefined) transactions.set(token, requests);
    return 'written';
  };

  const execute: Database['execute'] = async (command, { conflict = false } = {}) => {
    if (command instanceof TransactWriteItemsCommand) {
      const { TransactItems = [], ClientRequestToken } = command.input;
      return transact(TransactItems, ClientRequestToken, conflict);
    }
    put(toWrite({ Put: command.input }), conflict);
    return 'written';
  };

  return { execute, items: (tableName) => [...(tables.get(tableName)?.values() ?? [])] };
};

export const isWriteCommand = (command: unknown): command is WriteCommand =>
  command instanceof PutItemCommand || command instanceof TransactWriteItemsCommand;
