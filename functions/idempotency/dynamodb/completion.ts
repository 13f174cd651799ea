import type { Put } from '@aws-sdk/client-dynamodb';
import type { EncodedResult } from '../record/result.ts';
import type { CompleteRequest, OwnerWriteOutcome } from '../record/store.ts';
import { type Attributes, toNumber, toText } from './attributes.ts';
import { createConditionalWrites, type RecordTable, toSeconds } from './conditional-writes.ts';
import { expired, mine, myTry, neverWritten } from './conditions.ts';
import type { ResultAttributes } from './result-attributes.ts';

/** A record that is complete from the start, for writing in one transaction with the operation's effects. */
export interface CompletedRecord {
  id: string;
  owner: string;
  fingerprint: string;
  keyHash: string;
  requestId?: string | undefined;
  result: EncodedResult;
  nowMs: number;
  expiresAtSeconds: number;
}

const one = toNumber(1);
const statusCompleted = toText('COMPLETED');

/** What a completed record no longer needs. */
const spent = '#leaseExpiresAt, #claimedBy, #ended, #previous, #undone';

/** The two ways to remember a result: in a record that is claimed, and in a new one that is part of a transaction. */
export const createCompletion = (table: RecordTable) => {
  const { format } = table;
  const { encode, inProgress } = format;
  const { prepare, update } = createConditionalWrites(table);
  const statusInProgress = toText(inProgress);

  const completionOf = (attributes: ResultAttributes, condition: string) => {
    const kept = Object.keys(attributes).map((name) => `, #${name} = :${name}`);
    return prepare({
      ConditionExpression: condition,
      UpdateExpression: `SET #status = :completed, #expiresAt = :expiresAt${kept.join('')} REMOVE ${spent}`,
    });
  };
  const plainCompletion = completionOf({ result: toText('') }, mine);

  const complete = async (request: CompleteRequest, abortSignal?: AbortSignal): Promise<OwnerWriteOutcome> => {
    const { id, owner, fence } = request;
    const attributes = encode(request.result);
    const { result, encoding, thrown } = attributes;
    const values: Attributes = {
      ':completed': statusCompleted,
      ':inProgress': statusInProgress,
      ':owner': toText(owner),
      ':expiresAt': toNumber(request.expiresAtSeconds),
      ':result': result,
    };
    if (encoding) values[':encoding'] = encoding;
    if (thrown) values[':thrown'] = thrown;
    if (fence !== undefined) values[':fence'] = toText(fence);
    const isPlain = !encoding && !thrown && fence === undefined;
    const write = isPlain ? plainCompletion : completionOf(attributes, fence === undefined ? mine : myTry);
    const outcome = await update(write, id, values, { abortSignal });
    if (!outcome.refused) return 'written';
    const { record } = outcome;
    const ownRetry = record?.status === 'COMPLETED' && record.owner === owner && record.fence === fence;
    return ownRetry ? 'written' : 'lost';
  };

  const putIfAbsent = prepare({ ConditionExpression: `${neverWritten} OR ${expired}` });

  const completedPut = (record: CompletedRecord): Put => ({
    ...putIfAbsent,
    Item: format.toItem(record.id, {
      owner: toText(record.owner),
      fingerprint: toText(record.fingerprint),
      keyHash: toText(record.keyHash),
      status: statusCompleted,
      expiresAt: toNumber(record.expiresAtSeconds),
      attempt: one,
      claimedAt: toNumber(record.nowMs),
      ...(record.requestId !== undefined && { requestId: toText(record.requestId) }),
      ...format.encode(record.result),
    }),
    ExpressionAttributeValues: { ':now': toNumber(toSeconds(record.nowMs)) },
  });

  return { complete, completedPut };
};
