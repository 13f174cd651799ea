import type { RecordTable } from './conditional-writes.ts';

/** Where the stores of this process keep their records, each table and layout once. */
export const recordTables = new Map<string, Pick<RecordTable, 'tableName' | 'format'>>();
