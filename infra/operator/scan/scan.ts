import type { ScanInput } from '@aws-sdk/client-dynamodb';
import type { DynamoDBApi } from '../../../functions/idempotency/dynamodb/api/dynamodb-api.ts';
import type { Attributes } from '../../../functions/idempotency/dynamodb/attributes.ts';
import type { ScanPlan } from './estimate.ts';
import { rateLimit } from './rate-limit.ts';
import type { ScanEnd, ScanTotals } from './record-scan.ts';

export interface ScanRequest {
  api: DynamoDBApi;
  input: ScanInput;
  plan: ScanPlan;
  /** Ends the scan with what was found until then. */
  signal: AbortSignal;
  /** Told of each page; `false` when enough was found. */
  onPage(items: readonly Attributes[], totals: ScanTotals): boolean;
}

/** Reads a whole table, several segments at a time, no faster than the plan allows. */
export const scanTable = async ({ api, input, plan, signal, onPage }: ScanRequest): Promise<ScanEnd> => {
  const totals: ScanTotals = { items: 0, pages: 0, units: 0 };
  const limit = rateLimit(plan.unitsPerSecond);
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);

  const readSegment = async (Segment: number): Promise<void> => {
    let ExclusiveStartKey: Attributes | undefined;
    do {
      const spend = await limit.ready(either);
      const page = await api.scan(
        {
          ...input,
          Segment,
          TotalSegments: plan.segments,
          Limit: plan.pageLimit,
          ReturnConsumedCapacity: 'TOTAL',
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        },
        { abortSignal: either },
      );
      const units = page.ConsumedCapacity?.CapacityUnits ?? 0;
      spend(units);
      totals.items += page.ScannedCount ?? 0;
      totals.pages += 1;
      totals.units += units;
      if (!onPage(page.Items ?? [], totals)) enough.abort();
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey && !either.aborted);
  };

  try {
    await Promise.all(Array.from({ length: plan.segments }, (_, segment) => readSegment(segment)));
  } catch (error) {
    // The other segments must not go on for nobody.
    enough.abort();
    if (!isAbort(error)) throw error;
  }
  return { ...totals, interrupted: signal.aborted };
};

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
