import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { attributesText } from './attribute-text.ts';
import type { Attributes } from './attributes.ts';
import type { PendingWrite } from './pending-write.ts';
import { keyNamesOf, nameOf, type Table } from './table/table.ts';
import type { WriteOptions } from './writes.ts';

/** A write of an item of a user's. */
export interface ItemWrite {
  verb: keyof TransactWriteItem | 'Insert';
  table: Table;
  key: Attributes;
  request: TransactWriteItem;
  options: WriteOptions;
}

/** The items that one request writes, each once, and in tables that are declared in one way. */
export interface ItemLedger {
  /** @throws {TypeError} when the item is written already, or its table was declared otherwise */
  add(write: ItemWrite): void;
  pending(): PendingWrite[];
}

export const createItemLedger = (): ItemLedger => {
  const writes: PendingWrite[] = [];
  const written = new Map<string, ItemWrite['verb']>();
  const declarations = new Map<string, string>();

  const checkDeclaration = (table: Table): void => {
    const { partitionKey, sortKey, unique = [], guards } = table;
    const declaration = JSON.stringify([partitionKey, sortKey, unique, guards?.tableName, guards?.partitionKey]);
    const name = nameOf(table);
    if ((declarations.get(name) ?? declaration) !== declaration) {
      throw new TypeError(
        `writes: table "${name}" is declared in two ways in one request. Declare it once, and import it where it is written.`,
      );
    }
    declarations.set(name, declaration);
  };

  const add: ItemLedger['add'] = ({ verb, table, key, request, options: { otherwise } }) => {
    checkDeclaration(table);
    const id = `${nameOf(table)} ${attributesText(key)}`;
    const before = written.get(id);
    const isTwin = before === 'Insert' && verb === 'Insert';
    if (before && !isTwin) {
      throw new TypeError(
        `writes: one request writes the item ${attributesText(key)} of table "${table.tableName}" twice, but a transaction of ` +
          'DynamoDB takes one write per item. Combine the two.',
      );
    }
    written.set(id, verb);
    writes.push({
      request,
      tableName: table.tableName,
      isGuard: false,
      uniqueAttributes: verb === 'Insert' ? keyNamesOf(table) : undefined,
      otherwise,
      ...(isTwin && { takenBy: key }),
    });
  };

  return { add, pending: () => writes };
};
