import type { ConsumeOutcome, ConsumeRequest, IssueRequest, ReleaseRequest } from '../record/store.ts';
import { toNumber, toText } from './attributes.ts';
import { createConditionalWrites, type RecordTable, toSeconds } from './conditional-writes.ts';
import { issued, mine, neverWritten } from './conditions.ts';

const statusIssued = toText('ISSUED');
const statusConsumed = toText('CONSUMED');

/** What only tokens go through: being issued, used up, and given back. */
export const createTokenVerbs = (table: RecordTable) => {
  const { tableName, client, format } = table;
  const { attemptWrite, prepare, update } = createConditionalWrites(table);

  const unknown = format.express({ ConditionExpression: neverWritten });
  const consumption = prepare({
    ConditionExpression: issued,
    UpdateExpression: 'SET #status = :consumed, #owner = :owner',
  });
  const giveBack = prepare({
    ConditionExpression: mine,
    UpdateExpression:
      'SET #status = :issued, #expiresAt = #tokenExpiresAt REMOVE #owner, #attempt, #leaseExpiresAt, #fingerprint',
  });

  const issue = async ({ id, expiresAtSeconds }: IssueRequest): Promise<void> => {
    const expiresAt = toNumber(expiresAtSeconds);
    const Item = format.toItem(id, { status: statusIssued, expiresAt, tokenExpiresAt: expiresAt });
    // A refusal is this call's own earlier try: nobody else can have drawn the same token.
    await attemptWrite('PutItem', client.putItem({ TableName: tableName, Item, ...unknown }));
  };

  const consume = async ({ id, owner, nowMs }: ConsumeRequest, signal?: AbortSignal): Promise<ConsumeOutcome> => {
    const values = {
      ':issued': statusIssued,
      ':consumed': statusConsumed,
      ':owner': toText(owner),
      ':now': toNumber(toSeconds(nowMs)),
    };
    const outcome = await update(consumption, id, values, signal);
    if (!outcome.refused) return { consumed: true };
    const { record } = outcome;
    const ownRetry = record?.owner === owner && record.status === 'CONSUMED';
    return ownRetry ? { consumed: true } : { consumed: false, record };
  };

  const inProgress = toText(format.inProgress);

  const returnToken = ({ id, owner }: ReleaseRequest, signal?: AbortSignal) =>
    update(giveBack, id, { ':owner': toText(owner), ':inProgress': inProgress, ':issued': statusIssued }, signal);

  return { issue, consume, returnToken };
};
