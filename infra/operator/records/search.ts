import { powertoolsHash } from '../../../functions/idempotency/addons/powertools/powertools-id.ts';
import { type Attributes, toNumber, toText } from '../../../functions/idempotency/dynamodb/attributes.ts';
import { leaseOver, unexpired } from '../../../functions/idempotency/dynamodb/conditions.ts';
import { keyHashOf } from '../../../functions/idempotency/request/operation.ts';
import { keyCandidates, powertoolsCandidates } from './key-candidates.ts';
import { namespaceOf, type Seen } from './seen.ts';
import { stateOf } from './state.ts';

/** How ids and claims are written. */
export interface RecordForm {
  /** What the ids of records begin with where they lie. */
  keyPrefix: string;
  isPowertools: boolean;
  /** The status of a claim, as stored. */
  inProgress: string;
}

/** What a scan looks for. */
export interface Search {
  /** What DynamoDB leaves out by itself. */
  filter?: string;
  values?: Attributes;
  matches?(seen: Seen): boolean;
}

export interface Criteria {
  key?: string[];
  token?: string;
  requestId?: string;
  owner?: string;
  namespace?: string;
  hash?: string;
}

/** All that are given must hold. */
export const searchFor = (criteria: Criteria, session: RecordForm): Search =>
  allOf(
    [
      criteria.key && byKey(criteria.key, criteria, session),
      criteria.token !== undefined ? byKey([criteria.token], criteria, session) : undefined,
      criteria.requestId !== undefined
        ? {
            filter: '#requestId = :requestId',
            values: { ':requestId': toText(criteria.requestId) },
            matches: ({ record }: Seen) => record.requestId === criteria.requestId,
          }
        : undefined,
      criteria.owner !== undefined
        ? {
            filter: '#owner = :owner',
            values: { ':owner': toText(criteria.owner) },
            matches: ({ record }: Seen) => record.owner === criteria.owner,
          }
        : undefined,
      criteria.namespace !== undefined ? inNamespace(criteria.namespace, session) : undefined,
    ].filter((search) => search !== undefined),
  );

const allOf = (searches: readonly Search[]): Search => ({
  filter: searches.flatMap(({ filter }) => filter ?? []).join(' AND '),
  values: Object.assign({}, ...searches.map(({ values }) => values)),
  matches: (seen) => searches.every(({ matches }) => matches?.(seen) ?? true),
});

const inNamespace = (namespace: string, { keyPrefix }: RecordForm): Search => ({
  filter: 'begins_with(#id, :namespace)',
  values: { ':namespace': toText(`${keyPrefix}${namespace}#`) },
  matches: ({ record }) => namespaceOf(record) === namespace,
});

/**
 * A record has no key, only a hash of its namespace and its key. So the hash is made anew for every namespace that turns up: neither the
 * namespace nor the caller and the route need to be known.
 */
const byKey = (parts: readonly string[], { hash = 'md5' }: Criteria, session: RecordForm): Search => {
  if (session.isPowertools) {
    const hashes = new Set(powertoolsCandidates(parts).map((payload) => powertoolsHash(payload, hash)));
    return { matches: ({ record: { id } }) => hashes.has(id.slice(id.lastIndexOf('#') + 1)) };
  }
  const keys = keyCandidates(parts);
  const hashes = new Map<string, ReadonlySet<string>>();
  const hashesOf = (namespace: string): ReadonlySet<string> => {
    const known = hashes.get(namespace) ?? new Set(keys.map((key) => keyHashOf(namespace, key)));
    hashes.set(namespace, known);
    return known;
  };
  return { matches: ({ record }) => record.keyHash !== undefined && hashesOf(namespaceOf(record)).has(record.keyHash) };
};

export interface Troubles {
  stuck?: boolean;
  crashed?: boolean;
  unavailable?: boolean;
  olderThanSeconds: number;
}

/** Any of those that are given. */
export const searchForTroubles = (troubles: Troubles, session: RecordForm, nowMs: number): Search => {
  const kinds: Search[] = [];
  const inProgress = { ':inProgress': toText(session.inProgress), ':nowMs': toNumber(nowMs) };
  const sinceMs = nowMs - troubles.olderThanSeconds * 1000;
  if (troubles.stuck) {
    kinds.push({
      filter:
        '#status = :inProgress AND #leaseExpiresAt > :nowMs AND (attribute_not_exists(#claimedAt) OR #claimedAt <= :since)',
      values: { ...inProgress, ':since': toNumber(sinceMs) },
      matches: (seen) => stateOf(seen, nowMs) === 'running' && (seen.record.claimedAtMs ?? 0) <= sinceMs,
    });
  }
  if (troubles.crashed)
    kinds.push({ filter: leaseOver, values: inProgress, matches: (seen) => stateOf(seen, nowMs) === 'crashed' });
  if (troubles.unavailable) {
    kinds.push({
      filter: '#status = :completed AND #encoding = :unavailable',
      values: { ':completed': toText('COMPLETED'), ':unavailable': toText('unavailable') },
      matches: (seen) => stateOf(seen, nowMs) === 'unavailable',
    });
  }
  // DynamoDB refuses parentheses around parentheses.
  const [first = '', ...others] = kinds.map(({ filter }) => `(${filter})`);
  const any = others.length > 0 ? `(${[first, ...others].join(' OR ')})` : first;
  return {
    filter: `${any} AND ${unexpired}`,
    values: Object.assign({ ':now': toNumber(Math.floor(nowMs / 1000)) }, ...kinds.map(({ values }) => values)),
    matches: (seen) => kinds.some(({ matches }) => matches?.(seen)),
  };
};
