/** The ways into the library that are tortured, and what each of them promises. */
export const entryPoints = {
  key: { claims: true, replays: true },
  'key-reject': { claims: true, replays: true },
  /** With `wait` and `readFirst`. */
  'key-wait': { claims: true, replays: true },
  token: { claims: false, replays: false },
  'token-retain': { claims: true, replays: true },
  wrapped: { claims: true, replays: true },
  /** Under the context of a durable execution: each caller is one, and its requests are the tries. */
  durable: { claims: true, replays: true },
  /** Without a key: an item with a unique attribute, and an update of the stock. */
  unique: { claims: false, replays: false },
  /** Without a key, one insert alone: no transaction. */
  'unique-single': { claims: false, replays: false },
  'unique-key': { claims: false, replays: true },
  /** Without a key, any verb on few items with few unique values. */
  verbs: { claims: false, replays: false },
} as const satisfies Record<string, { claims: boolean; replays: boolean }>;

export type EntryPoint = keyof typeof entryPoints;

export const entryNames = Object.keys(entryPoints) as EntryPoint[];

/** Those whose effects are writes to tables, done by the library. */
export const writesByLibrary = (entry: EntryPoint): boolean => entry.startsWith('unique');

export const isToken = (entry: EntryPoint): boolean => entry.startsWith('token');

/** Those that have a record, which any store can keep. */
export const recordEntries: readonly EntryPoint[] = entryNames.filter(
  (entry) => !writesByLibrary(entry) && entry !== 'verbs',
);

/** What records are kept in, and by which clients. */
export const clientKinds = { dynamodb: ['sdk', 'lean'], redis: ['node-redis', 'ioredis'] } as const;

export type StoreKind = keyof typeof clientKinds;

export type ClientKind = (typeof clientKinds)[StoreKind][number];
