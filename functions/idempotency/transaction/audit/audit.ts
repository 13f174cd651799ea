import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { DynamoDBApi } from '../../dynamodb/api/dynamodb-api.ts';
import { attributesText } from '../attribute-text.ts';
import { type Attributes, pick } from '../attributes.ts';
import { conditioned, expressionsOn } from '../expressions.ts';
import { constraintName, type Guard, guardItem, guardsOf, ownerName } from '../guards/guard.ts';
import { belongsTo, isFreeOr } from '../guards/guard-expressions.ts';
import { constraintsOf, keyNamesOf, type Table } from '../table/table.ts';
import { unmarshaller } from '../unmarshalling.ts';
import { auditDatabase } from './audit-database.ts';
import type { GuardFinding } from './finding.ts';

export interface AuditSettings {
  client: DynamoDBApi;
  table: Table;
  /** Whether to write what is missing, and to delete what is left over. */
  mend: boolean;
}

/** How often to look again at what changes meanwhile. */
const maxLooks = 5;

/** Judges items and guards one by one. What it finds, it confirms or mends in a transaction, so that nothing half-read is told. */
export const createAudit = ({ client, table, mend }: AuditSettings) => {
  const { find, transact } = auditDatabase(client);
  const toItem = unmarshaller(client.unmarshallOptions);
  const sameKey = (one: Attributes, other: Attributes) => attributesText(one) === attributesText(other);

  const holds = (owner: Attributes, item: Attributes | undefined, guardKey: Attributes): boolean =>
    item !== undefined && guardsOf(table, owner, item).some(({ key }) => sameKey(key, guardKey));

  const itemIs = (key: Attributes, item: Attributes, names: readonly string[]): TransactWriteItem => {
    const on = expressionsOn();
    on.requireUnchanged(item, names);
    return { ConditionCheck: { TableName: table.tableName, Key: key, ...conditioned(on.build()) } };
  };

  const auditGuard = async (tableName: string, found: Attributes): Promise<GuardFinding[]> => {
    const key = pick(found, table.guards ? [table.guards.partitionKey] : keyNamesOf(table));
    const owner = found[ownerName]?.M ?? {};
    const names = (found[constraintName]?.L ?? []).map(({ S = '' }) => S);
    const finding = { attributes: names, key: toItem(owner), guard: toItem(key) };
    const isDeclared = constraintsOf(table).some((declared) => declared.toSorted().join() === names.toSorted().join());
    if (!isDeclared || tableName !== (table.guards ?? table).tableName) {
      return [{ ...finding, problem: 'guard of an unknown constraint', mended: false }];
    }
    const item = await find(table.tableName, owner);
    if (holds(owner, item, key)) return [];
    const guard = { TableName: tableName, Key: key, ...belongsTo(owner) };
    const isSo = await transact([
      itemIs(owner, item ?? {}, names),
      mend ? { Delete: guard } : { ConditionCheck: guard },
    ]);
    return isSo ? [{ ...finding, problem: 'guard without item', mended: mend }] : [];
  };

  const auditValue = async (item: Attributes, guard: Guard, looks: number): Promise<GuardFinding[]> => {
    const { owner, attributes, tableName, key } = guard;
    const found = await find(tableName, key);
    const holder = found?.[ownerName]?.M;
    if (holder && sameKey(holder, owner)) return [];
    const finding = { attributes, key: toItem(owner), guard: toItem(key) };
    if (holder && holds(holder, await find(table.tableName, holder), key)) {
      return [{ ...finding, problem: 'value of two items', holder: toItem(holder), mended: false }];
    }
    if (found && mend) await auditGuard(tableName, found);
    const isOthers = found && !mend ? [holder ?? {}] : [];
    const expressions = isFreeOr(guard, isOthers);
    const isSo = await transact([
      itemIs(owner, item, attributes),
      mend
        ? { Put: { TableName: tableName, Item: guardItem(guard), ...expressions } }
        : { ConditionCheck: { TableName: tableName, Key: key, ...expressions } },
    ]);
    if (isSo) return [{ ...finding, problem: 'item without guard', mended: mend }];
    const now = looks > 1 ? await find(table.tableName, owner) : undefined;
    return now ? auditItem(now, looks - 1) : [];
  };

  const auditItem = async (item: Attributes, looks = maxLooks): Promise<GuardFinding[]> => {
    const guards = guardsOf(table, pick(item, keyNamesOf(table)), item);
    return (await Promise.all(guards.map((guard) => auditValue(item, guard, looks)))).flat();
  };

  return { auditItem, auditGuard };
};
