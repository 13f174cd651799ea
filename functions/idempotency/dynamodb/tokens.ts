import { digest } from '../base/hash.ts';
import type { ConsumeOutcome, ConsumeRequest, IssueOutcome, IssueRequest } from '../record/store.ts';
import { toNumber, toText } from './attributes.ts';
import { createConditionalWrites, describeTable, type RecordTable, toSeconds } from './conditional-writes.ts';
import { issued, neverWritten } from './conditions.ts';
import { cancellationCodes, mayHaveBeenApplied, toStoreError } from './dynamodb-error.ts';

const statusIssued = toText('ISSUED');

/** What DynamoDB takes for the token of a request: 36 characters at most. */
const requestTokenLength = 36;

/** What only tokens go through: being issued, and being used up. */
export const createTokenVerbs = (table: RecordTable) => {
  const { tableName, client, format } = table;
  const { attemptWrite } = createConditionalWrites(table);
  const unknown = format.express({ ConditionExpression: neverWritten });
  const usable = format.express({ ConditionExpression: issued });

  const issue = async ({ id, keyHash, expiresAtSeconds }: IssueRequest): Promise<IssueOutcome> => {
    const expiresAt = toNumber(expiresAtSeconds);
    const Item = format.toItem(id, {
      status: statusIssued,
      keyHash: toText(keyHash),
      expiresAt,
      tokenExpiresAt: expiresAt,
    });
    let isDoubtful = false;
    const onFailedTry = (error: unknown): void => {
      isDoubtful ||= mayHaveBeenApplied(error);
    };
    const { refused } = await attemptWrite(
      'PutItem',
      client.putItem({ TableName: tableName, Item, ...unknown }, { onFailedTry }),
    );
    return refused || isDoubtful ? 'doubtful' : 'issued';
  };

  /**
   * Deletes the token in a transaction of one item. A delete leaves nothing by which its own retry could be recognised; but DynamoDB
   * recognises a transaction by its `ClientRequestToken` for ten minutes, and answers the retry as it answered the first try.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
   */
  const consume = async ({ id, owner, nowMs }: ConsumeRequest, signal?: AbortSignal): Promise<ConsumeOutcome> => {
    const Delete = {
      TableName: tableName,
      Key: format.keyOf(id),
      ...usable,
      ExpressionAttributeValues: { ':issued': statusIssued, ':now': toNumber(toSeconds(nowMs)) },
    };
    const ClientRequestToken = digest(`${owner} ${id}`).slice(0, requestTokenLength);
    let isDoubtful = false;
    const onFailedTry = (error: unknown): void => {
      isDoubtful ||= mayHaveBeenApplied(error);
    };
    try {
      await client.transactWriteItems(
        { TransactItems: [{ Delete }], ClientRequestToken },
        { abortSignal: signal, onFailedTry },
      );
      return 'consumed';
    } catch (error) {
      const [code] = cancellationCodes(error) ?? [];
      if (code === 'ConditionalCheckFailed') return 'refused';
      if (isDoubtful || mayHaveBeenApplied(error)) return 'unknown';
      if (code === 'TransactionConflict') return 'conflicted';
      throw toStoreError(error, 'TransactWriteItems', describeTable(tableName));
    }
  };

  return { issue, consume };
};
