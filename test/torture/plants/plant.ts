import type { DynamoDBApi, DynamoDBStore } from '../../../functions/idempotency/entries/main.ts';
import type { EntryPoint } from '../entry-points.ts';
import type { Load } from '../load/load.ts';
import type { ViolationKind } from '../rules/violation.ts';

/** A known violation, put between the library and its store, to see that the checker finds it. */
export interface Plant {
  /** Where it can show. */
  entries: readonly EntryPoint[];
  /** At least one of these must be found. */
  finds: readonly ViolationKind[];
  /** What it takes to show soon. */
  load?: Partial<Load>;
  store?: (real: DynamoDBStore) => Partial<DynamoDBStore>;
  api?: (real: DynamoDBApi) => Partial<DynamoDBApi>;
}
