import { powertoolsCodec } from '../../../functions/idempotency/addons/powertools/powertools-codec.ts';
import { powertoolsLayout } from '../../../functions/idempotency/addons/powertools/powertools-records.ts';
import { powertoolsStore } from '../../../functions/idempotency/addons/powertools/powertools-store.ts';
import type { DynamoDBApi } from '../../../functions/idempotency/dynamodb/api/dynamodb-api.ts';
import { createRecordStore, type DynamoDBStore } from '../../../functions/idempotency/dynamodb/dynamodb-store.ts';
import { createRecordFormat, type RecordFormat } from '../../../functions/idempotency/dynamodb/record-format.ts';
import {
  defaultAttributes,
  type RecordAttribute,
  resolveLayout,
} from '../../../functions/idempotency/dynamodb/table-layout.ts';
import { OperatorError } from '../operator-error.ts';
import type { ConnectionOptions } from './options.ts';
import type { TableFacts } from './table-facts.ts';

export interface Records {
  format: RecordFormat;
  store: DynamoDBStore;
  /** What the ids of records begin with in the table. */
  keyPrefix: string;
  isPowertools: boolean;
}

/** Of Powertools' records, the attributes that may have other names there. */
const powertoolsNames = {
  status: 'statusAttr',
  expiresAt: 'expiryAttr',
  leaseExpiresAt: 'inProgressExpiryAttr',
  result: 'dataAttr',
  fingerprint: 'validationKeyAttr',
} as const satisfies { [name in RecordAttribute]?: string };

/** How the records of a table are read and written, by its own keys and what the command line says of the rest. */
export const openRecords = (
  api: DynamoDBApi,
  { name, partitionKey, sortKey }: TableFacts,
  options: ConnectionOptions,
): Records => {
  const settings = { tableName: name, client: api, overflow: undefined };
  try {
    if (options.powertools) {
      const format = createRecordFormat(layoutOfPowertools({ partitionKey, sortKey }, options), powertoolsCodec);
      return { format, store: powertoolsStore({ ...settings, format }), keyPrefix: '', isPowertools: true };
    }
    const { keyPrefix = '', attribute: attributes = {} } = options;
    const layout = { partitionKey, ...(sortKey && { sortKey }), keyPrefix, attributes };
    const format = createRecordFormat(resolveLayout('--attribute', layout));
    return { format, store: createRecordStore({ ...settings, format }), keyPrefix, isPowertools: false };
  } catch (error) {
    throw new OperatorError('usage', (error as Error).message, error);
  }
};

const layoutOfPowertools = (
  { partitionKey, sortKey }: Pick<TableFacts, 'partitionKey' | 'sortKey'>,
  { attribute = {}, staticPk }: ConnectionOptions,
) => {
  const renamed = Object.entries(attribute).map(([known, name]) => {
    if (known in powertoolsNames) return [powertoolsNames[known as keyof typeof powertoolsNames], name];
    const names = Object.keys(powertoolsNames).join(', ');
    throw new TypeError(`--attribute: of Powertools' records, ${names} may have other names, not ${known}.`);
  });
  if (sortKey && staticPk === undefined) {
    throw new TypeError(
      `--powertools: the table has the sort key "${sortKey}": pass the partition key of the records, --static-pk VALUE ` +
        "(Powertools' staticPkValue, by default idempotency# and the name of the function).",
    );
  }
  return powertoolsLayout({
    keyAttr: partitionKey,
    ...(sortKey && { sortKeyAttr: sortKey }),
    ...(staticPk !== undefined && { staticPkValue: staticPk }),
    ...Object.fromEntries(renamed),
  });
};

export const attributeNames = Object.keys(defaultAttributes);
