import type { RecordFormat } from '../../dynamodb/record-format.ts';
import { recordTables } from '../../dynamodb/record-tables.ts';
import type { Attributes } from '../attributes.ts';
import { nameOf, type Table } from './table.ts';

/** How every id ends: in a digest, also those of Powertools. */
const idForm = /#[\w+/=-]{22,}$/;

/** Whether an item lies where a store of this process looks for a record: anybody can compute where that is. */
export const hasRecordKey = (table: Table, item: Attributes): boolean =>
  [...recordTables.values()].some((records) => nameOf(records) === nameOf(table) && isRecord(item, records.format));

const isRecord = (item: Attributes, { idOf, keyOf }: RecordFormat): boolean => {
  const id = idOf(item);
  return idForm.test(id) && Object.entries(keyOf(id)).every(([name, { S }]) => item[name]?.S === S);
};
