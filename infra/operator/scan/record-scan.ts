import type { Search } from '../records/search.ts';
import type { Seen } from '../records/seen.ts';
import type { ScanOptions } from './estimate.ts';

export interface RecordScan {
  search: Search;
  options: ScanOptions;
  /** Told of each record that matches; `false` when enough was found. */
  onRecord(seen: Seen): boolean;
}

export interface ScanTotals {
  items: number;
  pages: number;
  /** Read units of DynamoDB. */
  units: number;
}

export interface ScanEnd extends ScanTotals {
  /** Whether it was ended before its end by the signal. */
  interrupted: boolean;
}
