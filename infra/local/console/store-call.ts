import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDBCall } from '../faults/fault-proxy.ts';
import type { CallKind } from './protocol.ts';

/** What a request to DynamoDB means to the operation that sends it. */
export type StoreCallKind =
  | 'claim'
  | 'completion'
  | 'release'
  | 'undo'
  | 'issue'
  | 'consume'
  | 'commit'
  | 'payment'
  | 'order'
  | 'checkout'
  | 'other';

/** How a call ended, and the record that it met, if it told. */
export type Ended = {
  ok: boolean;
  met?: { status: string | undefined; owner: string | undefined; attempt: number | undefined } | undefined;
};

export type StoreCall = { kind: StoreCallKind; recordId?: string; owner?: string; leaseExpiresAtMs?: number };

/** The local names of the example's tables, where what runs has them. */
export type TableNames = Partial<Record<'Idempotency' | 'Payments' | 'Orders' | 'Stock' | 'Checkouts', string>>;

type Values = Record<string, AttributeValue>;

type Input = {
  TableName?: string;
  Key?: Values;
  Item?: Values;
  ExpressionAttributeValues?: Values;
  TransactItems?: { Delete?: Input; Put?: Input; Update?: Input; ConditionCheck?: Input }[];
};

/** Tells calls apart by what only they carry. */
export function storeCallOf({ verb, body }: DynamoDBCall, tables: TableNames): StoreCall {
  const input = JSON.parse(body.toString()) as Input;
  if (verb === 'TransactWriteItems') return ofTransaction(input, tables);
  if (input.TableName === tables.Idempotency) return ofRecord(verb, input);
  if (verb === 'PutItem' && input.TableName === tables.Payments) return { kind: 'payment' };
  if (verb === 'PutItem' && input.TableName === tables.Orders) return { kind: 'order' };
  if (verb === 'UpdateItem' && input.TableName === tables.Checkouts) return { kind: 'checkout' };
  return { kind: 'other' };
}

function ofTransaction({ TransactItems = [] }: Input, tables: TableNames): StoreCall {
  const [only, ...others] = TransactItems;
  const removed = only?.Delete;
  if (removed?.TableName === tables.Idempotency && others.length === 0) {
    return withId({ kind: 'consume' }, removed?.Key);
  }
  const record = TransactItems.find(({ Put }) => Put?.TableName === tables.Idempotency)?.Put?.Item;
  return withId({ kind: 'commit' }, record);
}

function ofRecord(verb: string, { Key, Item, ExpressionAttributeValues: values = {} }: Input): StoreCall {
  if (verb === 'PutItem') return withId({ kind: 'issue' }, Item);
  if (verb !== 'UpdateItem') return { kind: 'other' };
  const owner = values[':owner']?.S;
  const call = (kind: StoreCallKind): StoreCall => withId({ kind, ...(owner !== undefined && { owner }) }, Key);
  const lease = values[':leaseExpiresAt']?.N;
  if (lease !== undefined) return { ...call('claim'), leaseExpiresAtMs: Number(lease) };
  if (values[':result']) return call('completion');
  return call(values[':tries'] ? 'undo' : 'release');
}

function withId(call: StoreCall, item: Values | undefined): StoreCall {
  const recordId = item?.['id']?.S;
  return recordId === undefined ? call : { ...call, recordId };
}

/** What somebody means who picks a call to go wrong. */
export function isOfKind(call: StoreCall, kind: CallKind): boolean {
  if (kind === 'any') return true;
  return kind === 'claim'
    ? call.kind === 'claim' || call.kind === 'consume'
    : call.kind === 'completion' || call.kind === 'commit';
}
