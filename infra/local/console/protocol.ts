/** What the console's server and its page tell each other. Times are epoch milliseconds of the server. */

/** Which way something is asked for: each cure, and the same without one. */
export type Cure = 'none' | 'key' | 'token' | 'order' | 'order-none' | 'checkout' | 'other';

export type Caller = 'Ada' | 'Ben';

/** What a request is going through. */
export type PhaseKind =
  /** For a process, perhaps one that starts. */
  | 'waiting'
  /** The function's code, before or after what is guarded. */
  | 'working'
  /** The claim is on its way to the table, or the token on its way to be used up. */
  | 'claiming'
  /** The handler runs, by a claim of its own. */
  | 'running'
  /** The handler runs, and nothing guards it. */
  | 'unguarded'
  /** The end of the run is on its way to the table. */
  | 'completing';

export type Phase = { kind: PhaseKind; fromMs: number; toMs?: number; attempt?: number };

export type MarkKind =
  | 'claimed'
  | 'taken-over'
  | 'claim-refused'
  | 'token-used'
  | 'charged'
  | 'charge-known'
  | 'charge-failed'
  | 'written'
  | 'ordered'
  | 'completed'
  | 'completion-refused'
  | 'released'
  | 'lost'
  | 'refused'
  | 'throttled'
  | 'killed'
  | 'lease-ended'
  | 'event';

export type Mark = { kind: MarkKind; atMs: number; says: string };

export type LaneEnd = 'done' | 'replayed' | 'refused' | 'failed' | 'killed' | 'unanswered';

/** What the caller got. */
export type LaneAnswer = {
  status: number;
  end: LaneEnd;
  /** Of a refusal: `IN_PROGRESS` and so on. */
  code?: string;
  retryAfterSeconds?: number;
  /** The answer's body, shortened. */
  body: string;
};

/** One request to the API, from its arrival to what the caller got. */
export type Lane = {
  id: string;
  number: number;
  groupId: string;
  cure: Cure;
  route: string;
  /** What is asked, in words. */
  asks: string;
  caller?: Caller;
  key?: string;
  /** The order that is paid, or the order number. */
  order?: string;
  arrivedMs: number;
  endedMs?: number;
  phases: Phase[];
  marks: Mark[];
  attempt?: number;
  recordId?: string;
  owner?: string;
  /** Of its claim. */
  leaseExpiresAtMs?: number;
  /** It comes from the function of another lane of its group. */
  inner?: true;
  answer?: LaneAnswer;
};

/** Requests that belong together: a press of a button, or a story. */
export type Group = {
  id: string;
  title: string;
  startedMs: number;
  endedMs?: number;
  /** A story's lines, as it goes on. */
  captions: { atMs: number; says: string }[];
  /** What the story shows in the end. */
  verdict?: string;
};

export type RecordView = {
  id: string;
  operation: string;
  status: string;
  owner?: string;
  attempt?: number;
  previous?: string;
  claimedAtMs?: number;
  leaseExpiresAtMs?: number;
  expiresAtSeconds?: number;
  answer?: string;
};

export type ChargeView = { key: string; amount: number; currency: string; times: number; atMs: number; order: string };

export type PaymentView = {
  paymentId: string;
  orderId: string;
  userId: string;
  amount: number;
  currency: string;
  attempt: number;
  createdAt: string;
};

export type OrderView = { orderId: string; orderNo: string; userId: string; createdAt: string };

export type GuardView = { id: string; guards: string };

export type StockView = { sku: string; available: number };

/** What is in the tables, the newest first; `total` counts what the lists leave out, too. */
export type Tables = {
  records: RecordView[];
  payments: PaymentView[];
  charges: ChargeView[];
  orders: OrderView[];
  guards: GuardView[];
  stock: StockView[];
  totals: Record<'records' | 'payments' | 'charges' | 'orders' | 'guards', number>;
};

export type CallKind = 'claim' | 'completion' | 'any';

/** What is to go wrong. */
export type Accidents = {
  table: 'normal' | 'slow' | 'throttled';
  provider: 'normal' | 'slow' | 'failing';
  /** Of the next call of this kind: lost after the table has applied it, or before. */
  nextCall: { of: CallKind; lost: 'after' | 'before' } | null;
  /** The next answer to a caller gets lost on its way. */
  nextAnswer: boolean;
  /** The next function that has charged a card dies. */
  nextCharge: boolean;
};

/** What is to be otherwise. */
export type AccidentsChange = { [Name in keyof Accidents]?: Accidents[Name] | undefined };

export type Snapshot = {
  nowMs: number;
  /** Whether what runs has the example's routes and tables. */
  shop: boolean;
  groups: Group[];
  lanes: Lane[];
  tables: Tables;
  accidents: Accidents;
  stories: StoryView[];
};

/** What has changed since the last one. */
export type Change = { nowMs: number } & Partial<Pick<Snapshot, 'groups' | 'lanes' | 'tables' | 'accidents'>>;

export type StoryView = { name: string; title: string; shows: string };

/** What the page asks the server to send. */
export type Press = {
  cure: Exclude<Cure, 'other'>;
  times: number;
  caller: Caller;
  order: string;
  amount: number;
  key?: string;
  token?: string;
};

export type SentAnswer = { status: number; body: string; replayed: boolean; lost?: true };
