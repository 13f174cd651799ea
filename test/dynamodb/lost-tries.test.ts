import { describe, expect, it } from 'vitest';
import { type ClaimRequest, type DynamoDBApi, dynamoDBStore } from '../../functions/idempotency/entries/main.ts';

const unanswered = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
const refused = (name: string, more: object = {}) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: 400 }, ...more });
const cancelled = (Code: string) => refused('TransactionCanceledException', { CancellationReasons: [{ Code }] });
const throttled = refused('ThrottlingException');

/** A store whose next request is tried as often as there are errors; the last one is its answer, if there is one. */
const storeThatMeets = (...errors: (Error | undefined)[]) => {
  const meet: DynamoDBApi['updateItem'] = async (_input, { onFailedTry } = {}) => {
    for (const error of errors) if (error) onFailedTry?.(error);
    const last = errors.at(-1);
    if (last) throw last;
    return {};
  };
  const client = { updateItem: meet, transactWriteItems: meet } as unknown as DynamoDBApi;
  return dynamoDBStore({ tableName: 'records', client });
};

const consumption = { id: 'token', owner: 'me', nowMs: 0 };
const claim: ClaimRequest = {
  ...{ id: 'id', owner: 'me', fingerprint: '', keyHash: '', nowMs: 0, leaseExpiresAtMs: 1, expiresAtSeconds: 1 },
  ...{ from: 'absent', takeOver: true },
};

describe('a token is', () => {
  it.each([
    ['consumed', [undefined]],
    ['consumed', [unanswered, undefined]],
    ['refused', [cancelled('ConditionalCheckFailed')]],
    ['refused', [unanswered, cancelled('ConditionalCheckFailed')]],
    ['conflicted', [cancelled('TransactionConflict')]],
    ['conflicted', [throttled, cancelled('TransactionConflict')]],
    ['unknown', [unanswered]],
    ['unknown', [unanswered, cancelled('TransactionConflict')]],
    ['unknown', [unanswered, cancelled('ThrottlingError')]],
    ['unknown', [unanswered, throttled]],
  ])('%s, after %j', async (outcome, errors) => {
    expect(await storeThatMeets(...errors).consume(consumption)).toBe(outcome);
  });

  it('out of reach, after a try that was certainly not applied', async () => {
    await expect(storeThatMeets(throttled).consume(consumption)).rejects.toMatchObject({ retryable: true });
  });
});

describe('a claim', () => {
  it.each([
    [true, [unanswered, undefined]],
    [undefined, [throttled, undefined]],
    [undefined, [undefined]],
  ])('may arrive once more: %s, after %j', async (stray, errors) => {
    expect((await storeThatMeets(...errors).claim(claim)).stray).toBe(stray);
  });
});
