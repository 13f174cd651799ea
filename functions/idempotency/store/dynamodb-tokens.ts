import { PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  createConditionalWrites,
  issued,
  mine,
  type RecordTable,
  toSeconds,
  type UpdateInput,
} from './dynamodb-writes.ts';
import type { ConsumeOutcome, ConsumeRequest, IssueRequest, ReleaseRequest } from './store.ts';

/** What only tokens go through: being issued, used up, and given back. */
export const createTokenVerbs = (table: RecordTable) => {
  const { tableName, client, format } = table;
  const { keyOf, namesUsedIn, inProgress } = format;
  const { attemptWrite, update } = createConditionalWrites(table);

  const issue = async ({ id, expiresAtSeconds }: IssueRequest): Promise<void> => {
    // A refusal is this call's own earlier try: nobody else can have drawn the same token.
    await attemptWrite('PutItem', () =>
      client.send(
        new PutCommand({
          TableName: tableName,
          Item: format.toItem(id, { status: 'ISSUED', expiresAt: expiresAtSeconds, tokenExpiresAt: expiresAtSeconds }),
          ConditionExpression: 'attribute_not_exists(#id)',
          ExpressionAttributeNames: namesUsedIn('#id'),
        }),
      ),
    );
  };

  const consume = async ({ id, owner, nowMs }: ConsumeRequest, signal?: AbortSignal): Promise<ConsumeOutcome> => {
    const input: UpdateInput = {
      Key: keyOf(id),
      ConditionExpression: issued,
      UpdateExpression: 'SET #status = :consumed, #owner = :owner',
      ExpressionAttributeValues: {
        ':issued': 'ISSUED',
        ':consumed': 'CONSUMED',
        ':owner': owner,
        ':now': toSeconds(nowMs),
      },
    };
    const outcome = await update(input, signal);
    if (!outcome.refused) return { consumed: true };
    const { record } = outcome;
    const ownRetry = record?.owner === owner && record.status === 'CONSUMED';
    return ownRetry ? { consumed: true } : { consumed: false, record };
  };

  const returnToken = ({ id, owner }: ReleaseRequest, signal?: AbortSignal) =>
    update(
      {
        Key: keyOf(id),
        ConditionExpression: mine,
        UpdateExpression:
          'SET #status = :issued, #expiresAt = #tokenExpiresAt REMOVE #owner, #attempt, #leaseExpiresAt, #fingerprint',
        ExpressionAttributeValues: { ':owner': owner, ':inProgress': inProgress, ':issued': 'ISSUED' },
      },
      signal,
    );

  return { issue, consume, returnToken };
};
