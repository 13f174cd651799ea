import type { TableFacts } from '../connection/table-facts.ts';
import { duration } from '../output/time.ts';

/**
 * US dollars per million read request units of on-demand capacity, us-east-1, by table class.
 *
 * @see https://aws.amazon.com/dynamodb/pricing/on-demand/
 */
export const prices = { standard: 0.125, infrequentAccess: 0.155 } as const;
export const priceSource = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';

/** A scan is billed by the data that it reads, whatever of it is filtered out: half a unit per 4 KB, a whole one if consistent. */
const bytesPerUnit = { eventual: 8192, consistent: 4096 } as const;

/** A page has 1 MB at most. */
const pageBytes = 1024 * 1024;

/** Of an on-demand table, a fraction of the 12,000 units per second that a new one has. */
const defaultOnDemandRate = 1000;

/** Of a provisioned table, so that its callers keep most of it. */
const defaultProvisionedShare = 0.25;

const bytesPerSegment = 64 * 1024 * 1024;
const maxSegments = 16;

export interface ScanOptions {
  /** Read units per second. */
  rate?: number;
  segments?: number;
  /** Of a million read request units, in US dollars. */
  price?: number;
}

export interface ScanPlan {
  items: number;
  bytes: number;
  pages: number;
  units: number;
  unitsPerSecond: number;
  segments: number;
  seconds: number;
  /** `undefined` for a provisioned table, where a scan costs no more, but takes of what callers have. */
  dollars: number | undefined;
  pricePerMillion: number;
  /** How many items a page may have at most, so that one page takes no more than a second's units. */
  pageLimit: number;
}

/** What a scan of the whole table takes, by what DynamoDB counted last. */
export const planScan = (facts: TableFacts, options: ScanOptions, consistency: 'eventual' | 'consistent'): ScanPlan => {
  const { items, bytes, provisioned, infrequentAccess } = facts;
  const pages = Math.max(1, Math.ceil(bytes / pageBytes));
  const units = Math.max(0.5, Math.ceil((bytes / bytesPerUnit[consistency]) * 2) / 2);
  const unitsPerSecond =
    options.rate ??
    (provisioned === undefined ? defaultOnDemandRate : Math.max(1, Math.floor(provisioned * defaultProvisionedShare)));
  const pricePerMillion = options.price ?? (infrequentAccess ? prices.infrequentAccess : prices.standard);
  const itemBytes = Math.max(1, bytes / Math.max(1, items));
  return {
    items,
    bytes,
    pages,
    units,
    unitsPerSecond,
    segments: options.segments ?? Math.min(maxSegments, Math.max(1, Math.ceil(bytes / bytesPerSegment))),
    seconds: units / unitsPerSecond,
    dollars: provisioned === undefined ? (units / 1_000_000) * pricePerMillion : undefined,
    pricePerMillion,
    pageLimit: Math.max(1, Math.floor((unitsPerSecond * bytesPerUnit[consistency]) / itemBytes)),
  };
};

const count = (value: number): string => value.toLocaleString('en-US');
const counted = (value: number, what: string): string => `${count(value)} ${what}${value === 1 ? '' : 's'}`;
const size = (bytes: number): string =>
  bytes < 1_000_000 ? `${count(Math.ceil(bytes / 1000))} KB` : `${count(Math.round(bytes / 100_000) / 10)} MB`;

export const estimateText = (table: string, plan: ScanPlan): string => {
  const money =
    plan.dollars === undefined
      ? 'taken from the provisioned capacity, not billed besides'
      : `$${plan.dollars < 0.01 ? plan.dollars.toFixed(6) : plan.dollars.toFixed(2)} at $${plan.pricePerMillion} a million (us-east-1 unless --price says otherwise; ${priceSource})`;
  return (
    `Scan of ${table}: ${counted(plan.items, 'item')}, ${size(plan.bytes)} by DynamoDB's count of the last hours: ` +
    `${counted(plan.pages, 'page')}, about ${count(plan.units)} read units, ${money}; ` +
    `${plan.segments} at a time, ${count(plan.unitsPerSecond)} units/s at most: about ${duration(plan.seconds * 1000)}.`
  );
};
