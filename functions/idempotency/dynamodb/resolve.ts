import { isOwnResolution } from '../record/own-resolution.ts';
import type { IdempotencyRecord } from '../record/record.ts';
import type { ResolveOutcome, ResolveRequest } from '../record/store.ts';
import type { CallOptions } from './api/dynamodb-api.ts';
import { type Attributes, toNumber, toText } from './attributes.ts';
import { createConditionalWrites, type RecordTable, toSeconds } from './conditional-writes.ts';
import { leaseOver, mine, myTry, released, unexpired } from './conditions.ts';
import { mayHaveBeenApplied } from './dynamodb-error.ts';
import { freeStatus, freeUntil, ownerValues } from './free-record.ts';

const worst = toText('crashed');
const gone = '#owner, #leaseExpiresAt, #fence, #claimedBy';

/** Settles what nobody runs any more: once the lease of whoever ran it has ended, or as long as the given holder is who claimed it. */
export const createResolve = (table: RecordTable) => {
  const { format } = table;
  const { prepared, update } = createConditionalWrites(table);

  const outcomeOf = (record: IdempotencyRecord | undefined, nowMs: number): ResolveOutcome => {
    if (!record || record.expiresAtSeconds <= toSeconds(nowMs)) return 'absent';
    return record.status === 'IN_PROGRESS' ? 'busy' : 'settled';
  };

  const heldBy = (holder: ResolveRequest['holder']): string => {
    if (!holder) return leaseOver;
    return holder.fence === undefined ? mine : myTry;
  };

  const complete = async (
    { id, result, holder, ...request }: ResolveRequest,
    values: Attributes,
    options: CallOptions,
  ) => {
    const attributes = result ? format.encode(result) : {};
    const kept = Object.keys(attributes).map((name) => `, #${name} = :${name}`);
    const write = prepared(
      `((${heldBy(holder)}) OR ${released}) AND ${unexpired}`,
      `SET #status = :completed, #expiresAt = :expiresAt${kept.join('')} REMOVE ${gone}, #ended, #previous, #undone`,
    );
    const written = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`:${name}`, value]));
    const expiresAt = { ':expiresAt': toNumber(request.expiresAtSeconds) };
    const completed = { ':completed': toText('COMPLETED'), ':released': freeStatus.absent };
    return update(write, id, { ...values, ...written, ...expiresAt, ...completed }, options);
  };

  const free = (
    from: 'absent' | 'issued',
    { id, expiresAtSeconds, holder }: ResolveRequest,
    values: Attributes,
    options: CallOptions,
  ) => {
    const kind = `${from === 'absent' ? 'attribute_not_exists' : 'attribute_exists'}(#tokenExpiresAt)`;
    const write = prepared(
      `${heldBy(holder)} AND ${unexpired} AND ${kind}`,
      `SET #status = :free, #expiresAt = ${freeUntil[from]}, #ended = #attempt, #previous = :previous REMOVE ${gone}`,
    );
    const until = from === 'absent' ? { ':expiresAt': toNumber(expiresAtSeconds) } : {};
    return update(write, id, { ...values, ':free': freeStatus[from], ':previous': worst, ...until }, options);
  };

  return async (request: ResolveRequest, abortSignal?: AbortSignal): Promise<ResolveOutcome> => {
    let isDoubtful = false;
    const onFailedTry = (error: unknown): void => {
      isDoubtful ||= mayHaveBeenApplied(error);
    };
    const options = { abortSignal, onFailedTry };
    const { nowMs, holder } = request;
    const values = {
      ...(holder
        ? ownerValues(table, holder)
        : { ':inProgress': toText(format.inProgress), ':nowMs': toNumber(nowMs) }),
      ':now': toNumber(toSeconds(nowMs)),
    };
    let outcome = await (request.result
      ? complete(request, values, options)
      : free('absent', request, values, options));
    if (outcome.refused && !request.result && outcome.record?.status === 'IN_PROGRESS') {
      outcome = await free('issued', request, values, options);
    }
    if (!outcome.refused || (isDoubtful && isOwnResolution(outcome.record, request))) return 'resolved';
    return outcomeOf(outcome.record, nowMs);
  };
};
