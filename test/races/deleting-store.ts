import type { IdempotencyStore } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';

/** Tokens as DynamoDB keeps them: nothing is left of a used one, and a repeated request is recognised by its own token alone. */
export const deletingStore = ({ recognisesRequests = true } = {}): IdempotencyStore => {
  const others = memoryStore();
  const tokens = new Map<string, number>();
  const requests = new Set<string>();
  return {
    ...others,
    issue: async ({ id, expiresAtSeconds }) => {
      if (tokens.has(id)) return 'doubtful';
      tokens.set(id, expiresAtSeconds);
      return 'issued';
    },
    consume: async ({ id, owner, nowMs }) => {
      const request = `${owner} ${id}`;
      if (recognisesRequests && requests.has(request)) return 'consumed';
      if ((tokens.get(id) ?? 0) * 1000 <= nowMs) return 'refused';
      tokens.delete(id);
      requests.add(request);
      return 'consumed';
    },
    read: async ({ id }) => {
      const expiresAtSeconds = tokens.get(id);
      return expiresAtSeconds === undefined ? undefined : { id, status: 'ISSUED', expiresAtSeconds };
    },
  };
};
