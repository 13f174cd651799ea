import { type ChecksOf, checkOptions, isNonEmptyString, type OptionRule } from '../base/options.ts';
import type { StoredField } from '../record/stored-fields.ts';
import { type Attributes, stringOf, toText } from './attributes.ts';

/** What the attributes of a record are called, unless named otherwise. */
export const defaultAttributes = {
  status: 'status',
  owner: 'owner',
  /** Which try of a durable execution holds the claim, and which one made it. */
  fence: 'fence',
  claimedBy: 'claimedBy',
  attempt: 'attempt',
  /** How many attempts came to an end that was seen: if fewer than came before the last one, that one took over a crashed one. */
  ended: 'ended',
  /** The worst of those ends. */
  previous: 'previous',
  /** The tries whose claims were taken back, should these arrive after all. */
  undone: 'undone',
  leaseExpiresAt: 'leaseExpiresAt',
  expiresAt: 'expiresAt',
  tokenExpiresAt: 'tokenExpiresAt',
  fingerprint: 'fingerprint',
  claimedAt: 'claimedAt',
  requestId: 'requestId',
  keyHash: 'keyHash',
  encoding: 'encoding',
  result: 'result',
  thrown: 'thrown',
} as const satisfies Record<StoredField, string>;

/**
 * Those of the names above that mean something else in an expression.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
 */
const reservedWords: ReadonlySet<string> = new Set(['status', 'owner', 'result']);

/** Whether an expression can't have the name as it is. One of your own may be any word: it gets an alias without a look. */
export const needsAlias = (attribute: string, name: string): boolean => name !== attribute || reservedWords.has(name);

export type RecordAttribute = StoredField;

/** How records lie in a table that was not made for them. */
export interface TableLayoutOptions {
  /**
   * The table's partition key, a string.
   * @default 'id'
   */
  partitionKey?: string;
  /**
   * The table's sort key, a string, if it has one. The record's id stays in the partition key, and the sort key is always `idempotency`:
   * the other way round, all records would share one partition, and its 1000 writes per second.
   */
  sortKey?: string;
  /**
   * A prefix for the partition keys of records, to distinguish them from other data in the same table, such as `'idempotency#'`.
   * @default none
   */
  keyPrefix?: string;
  /**
   * Other names for attributes of a record. `expiresAt` must be the table's TTL attribute.
   *
   * @example { expiresAt: 'ttl', status: 'state' }
   */
  attributes?: { [name in RecordAttribute]?: string };
}

/** Where the id of a record and its other attributes lie in an item. */
export interface TableLayout {
  /** An attribute of the table's key. */
  idAttribute: string;
  keyOf(id: string): Attributes;
  idOf(item: Attributes): string;
  attributes: Readonly<Record<RecordAttribute, string>>;
}

/** The constant that fills the sort key of a table which has one. */
const sortKeyValue = 'idempotency';

/** Ids are at most 128 + 44 bytes unless the namespace has other letters; DynamoDB's limit for a partition key is 2048. */
const maxPrefixLength = 256;

export const layoutRules = {
  partitionKey: isNonEmptyString,
  sortKey: isNonEmptyString,
  keyPrefix: {
    is: (value) => typeof value === 'string' && value.length <= maxPrefixLength && value.isWellFormed(),
    expected: `a well-formed string of at most ${maxPrefixLength} characters`,
  },
  attributes: { is: (value) => typeof value === 'object', expected: 'an object of names by attribute' },
} as const satisfies Record<keyof TableLayoutOptions, OptionRule>;

const attributeRules = Object.fromEntries(
  Object.keys(defaultAttributes).map((name) => [name, isNonEmptyString]),
) as ChecksOf<typeof defaultAttributes>;

/** @throws {TypeError} when an attribute is unknown, or two have the same name */
export const resolveLayout = (owner: string, options: TableLayoutOptions): TableLayout => {
  const { partitionKey = 'id', sortKey, keyPrefix = '', attributes: renamed = {} } = options;
  checkOptions<{ [name in RecordAttribute]?: string }>(`${owner}, option \`attributes\``, renamed, attributeRules);
  const given = Object.entries(renamed).filter(([, name]) => name !== undefined);
  const attributes = { ...defaultAttributes, ...Object.fromEntries(given) };

  checkDistinct(owner, { partitionKey, sortKey, ...attributes });
  return {
    idAttribute: partitionKey,
    keyOf: (id) => ({
      [partitionKey]: toText(keyPrefix + id),
      ...(sortKey !== undefined && { [sortKey]: toText(sortKeyValue) }),
    }),
    idOf: (item) => (stringOf(item[partitionKey]) ?? '').slice(keyPrefix.length),
    attributes,
  };
};

/** @throws {TypeError} when two attributes have the same name */
export const checkDistinct = (owner: string, names: Readonly<Record<string, string | undefined>>): void => {
  const purposes = new Map<string, string>();
  for (const [purpose, name] of Object.entries(names)) {
    if (name === undefined) continue;
    const other = purposes.get(name);
    if (other) throw new TypeError(`${owner}: \`${other}\` and \`${purpose}\` are both named '${name}'.`);
    purposes.set(name, purpose);
  }
};
