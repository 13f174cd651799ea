import type { ScanEnd } from '../scan/record-scan.ts';
import { type RecordView, recordView } from './record-view.ts';
import type { Seen } from './seen.ts';

/** What a scan has found, for scripts. */
export interface FoundJson {
  records: RecordView[];
  scanned: { items: number; readUnits: number };
  /** Whether there may be more than `--limit`. */
  cut: boolean;
  interrupted: boolean;
}

export const foundJson = (
  found: readonly Seen[],
  { nowMs, end, isCut }: { nowMs: number; end: ScanEnd; isCut: boolean },
): FoundJson => ({
  records: found.map((seen) => recordView(seen, nowMs)),
  scanned: { items: end.items, readUnits: end.units },
  cut: isCut,
  interrupted: end.interrupted,
});
