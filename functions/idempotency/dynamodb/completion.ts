import type { Put } from '@aws-sdk/client-dynamodb';
import type { EncodedResult } from '../record/result.ts';
import type { CompleteRequest, OwnerWriteOutcome } from '../record/store.ts';
import { type Attributes, toNumber, toText } from './attributes.ts';
import { createConditionalWrites, type RecordTable, toSeconds } from './conditional-writes.ts';
import { absent, mine } from './conditions.ts';
import type { ResultAttributes } from './result-attributes.ts';

/** A record that is complete from the start, for writing in one transaction with the operation's effects. */
export interface CompletedRecord {
  id: string;
  owner: string;
  fingerprint: string;
  result: EncodedResult;
  nowMs: number;
  expiresAtSeconds: number;
}

const one = toNumber(1);
const statusCompleted = toText('COMPLETED');

/** The two ways to remember a result: in a record that is claimed, and in a new one that is part of a transaction. */
export const createCompletion = (table: RecordTable) => {
  const { format } = table;
  const { encode, inProgress } = format;
  const { prepare, update } = createConditionalWrites(table);
  const statusInProgress = toText(inProgress);

  const completionOf = (attributes: ResultAttributes) => {
    const kept = Object.keys(attributes).map((name) => `, #${name} = :${name}`);
    return prepare({
      ConditionExpression: mine,
      UpdateExpression:
        `SET #status = :completed, #expiresAt = :expiresAt, #attempts = #attempt${kept.join('')} ` +
        'REMOVE #leaseExpiresAt, #attempt',
    });
  };
  const plainCompletion = completionOf({ result: toText('') });

  const complete = async (request: CompleteRequest, signal?: AbortSignal): Promise<OwnerWriteOutcome> => {
    const { id, owner } = request;
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
    const outcome = await update(encoding || thrown ? completionOf(attributes) : plainCompletion, id, values, signal);
    const ownRetry = outcome.refused && outcome.record?.owner === owner && outcome.record.status === 'COMPLETED';
    return !outcome.refused || ownRetry ? 'written' : 'lost';
  };

  const putIfAbsent = prepare({ ConditionExpression: absent });

  const completedPut = ({ id, owner, fingerprint, result, nowMs, expiresAtSeconds }: CompletedRecord): Put => ({
    ...putIfAbsent,
    Item: format.toItem(id, {
      owner: toText(owner),
      fingerprint: toText(fingerprint),
      status: statusCompleted,
      expiresAt: toNumber(expiresAtSeconds),
      attempts: one,
      ...format.encode(result),
    }),
    ExpressionAttributeValues: { ':now': toNumber(toSeconds(nowMs)) },
  });

  return { complete, completedPut };
};
