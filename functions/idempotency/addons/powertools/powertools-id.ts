import { createHash } from 'node:crypto';

/**
 * The id that Powertools gives a record, byte for byte: also where its order of properties depends on how they came (`a` and
 * `A`), and where it loses one (`__proto__`).
 *
 * @see BasePersistenceLayer and deepSort of @aws-lambda-powertools/idempotency 2.35.0
 */
export const powertoolsId = (prefix: string, payload: unknown, hashFunction: string): string =>
  `${prefix}#${powertoolsHash(payload, hashFunction)}`;

/** The hash of a key, or of the part of a payload that is compared. */
export const powertoolsHash = (payload: unknown, hashFunction: string): string =>
  createHash(hashFunction)
    .update(String(JSON.stringify(deepSort(payload))))
    .digest('base64');

const deepSort = (data: unknown): unknown => {
  if (Array.isArray(data)) return data.map(deepSort);
  if (typeof data !== 'object' || data === null) return data;
  const fields = data as Record<string, unknown>;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(fields).sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))) {
    sorted[key] = deepSort(fields[key]);
  }
  return sorted;
};
