/** What one request takes of DynamoDB; records, and items without unique values, below 1 KB. */
export interface Cost {
  trips: number;
  writeUnits: number;
  readUnits: number;
}

const cost = (trips: number, writeUnits: number, readUnits = 0): Cost => ({ trips, writeUnits, readUnits });

/** Each path, as the tests of `paths.engine.test.ts` measure it. */
export const paths = {
  first: cost(2, 2),
  failed: cost(2, 2),
  replay: cost(1, 1),
  inProgress: cost(1, 1),
  replayReadFirst: cost(1, 0, 0.5),
  replayFromCache: cost(0, 0),
  tokenIssued: cost(1, 1),
  tokenConsumed: cost(1, 2),
  tokenReused: cost(1, 2),
  insert: cost(1, 1),
  insertRepeated: cost(1, 1),
} as const satisfies Record<string, Cost>;

/** `uniqueIndex` with a key and so many writes, first and repeated. */
export const keyedWrites = (writes: number): Cost => cost(1, 2 * (writes + 1));

/** What a completed record takes besides its answer, at most, and a line of `emfMetrics`. */
export const recordBytes = 500;
export const metricsLineBytes = 700;
