import { describe, expect, it } from 'vitest';
import type { ClaimRequest, IdempotencyStore } from '../../functions/idempotency/index.ts';

const startMs = Date.UTC(2026, 0, 1);
const atSeconds = (ms: number): number => Math.floor(ms / 1000);

const claimOf = (overrides: Partial<ClaimRequest> = {}): ClaimRequest => ({
  id: `pay#${crypto.randomUUID()}`,
  owner: crypto.randomUUID(),
  fingerprint: 'fingerprint',
  nowMs: startMs,
  leaseExpiresAtMs: startMs + 5000,
  expiresAtSeconds: atSeconds(startMs) + 86_400,
  from: 'absent',
  takeOver: true,
  ...overrides,
});

/** A repeat of a claim by another invocation, some time later. */
const again = (claim: ClaimRequest, afterMs = 0, overrides: Partial<ClaimRequest> = {}): ClaimRequest => ({
  ...claim,
  owner: crypto.randomUUID(),
  nowMs: claim.nowMs + afterMs,
  leaseExpiresAtMs: claim.nowMs + afterMs + 5000,
  expiresAtSeconds: atSeconds(claim.nowMs + afterMs) + 86_400,
  ...overrides,
});

const result = { encoding: 'json', data: '{"paid":true}' } as const;

/** What every store must do. */
export const storeContract = (createStore: () => Promise<IdempotencyStore>): void => {
  const completion = ({ id, owner, expiresAtSeconds }: ClaimRequest) => ({ id, owner, expiresAtSeconds, result });

  describe('claim', () => {
    it('is won by exactly one of many at the same time', async () => {
      const store = await createStore();
      const claim = claimOf();
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.claim(again(claim))));
      expect(outcomes.filter(({ claimed }) => claimed)).toEqual([{ claimed: true, attempt: 1 }]);
    });

    it('is refused by a record in progress, and brings that record', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      expect(await store.claim(again(claim, 4999))).toEqual({
        claimed: false,
        record: {
          id: claim.id,
          status: 'IN_PROGRESS',
          owner: claim.owner,
          attempt: 1,
          fingerprint: 'fingerprint',
          leaseExpiresAtMs: claim.leaseExpiresAtMs,
          expiresAtSeconds: claim.expiresAtSeconds,
        },
      });
    });

    it('takes over an expired lease with the next attempt', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      const second = again(claim, 5000);
      expect(await store.claim(second)).toEqual({ claimed: true, attempt: 2 });
      expect(await store.claim(again(second, 5000))).toEqual({ claimed: true, attempt: 3 });
    });

    it('takes over no lease of another payload', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      expect(await store.claim(again(claim, 5000, { fingerprint: 'other' }))).toMatchObject({ claimed: false });
    });

    it('takes over no lease at all when it must not', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      expect(await store.claim(again(claim, 5000, { takeOver: false }))).toMatchObject({ claimed: false });
    });

    it('recognises its own earlier try while its lease lasts', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      const { owner, leaseExpiresAtMs } = claim;
      expect(await store.claim(claim)).toEqual({ claimed: true, attempt: 1, leaseExpiresAtMs });
      expect(await store.claim(again(claim, 4999, { owner }))).toEqual({ claimed: true, attempt: 1, leaseExpiresAtMs });
      expect(await store.claim(again(claim, 5000, { owner }))).toEqual({ claimed: true, attempt: 2 });
    });

    it('is refused by a completed record until that expires, though the database still has it, and then starts over', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      const takeover = again(claim, 5000);
      await store.claim(takeover);
      await store.complete({ ...completion(takeover), expiresAtSeconds: atSeconds(startMs) + 60 });
      expect(await store.claim(again(claim, 59_999))).toMatchObject({
        claimed: false,
        record: { status: 'COMPLETED', attempt: 2, result },
      });
      const fresh = again(claim, 60_000, { fingerprint: 'other' });
      expect(await store.claim(fresh)).toEqual({ claimed: true, attempt: 1 });
      expect(await store.claim(again(fresh))).toMatchObject({ record: { fingerprint: 'other', attempt: 1 } });
    });
  });

  describe('read', () => {
    it('brings the record as it is, until it expires', async () => {
      const store = await createStore();
      const claim = claimOf({ expiresAtSeconds: atSeconds(startMs) + 60 });
      const read = (afterMs: number) => store.read({ id: claim.id, nowMs: startMs + afterMs, consistent: true });
      expect(await read(0)).toBeUndefined();
      await store.claim(claim);
      expect(await read(0)).toMatchObject({ status: 'IN_PROGRESS', owner: claim.owner, attempt: 1 });
      await store.complete(completion(claim));
      expect(await read(59_999)).toMatchObject({ status: 'COMPLETED', fingerprint: 'fingerprint', result });
      expect(await read(60_000)).toBeUndefined();
      expect(await store.read({ id: 'none', nowMs: startMs, consistent: false })).toBeUndefined();
    });
  });

  describe('complete', () => {
    it('keeps the result for the next claim', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      expect(await store.complete(completion(claim))).toBe('written');
      expect(await store.claim(again(claim, 10_000))).toEqual({
        claimed: false,
        record: {
          id: claim.id,
          status: 'COMPLETED',
          owner: claim.owner,
          attempt: 1,
          fingerprint: 'fingerprint',
          expiresAtSeconds: claim.expiresAtSeconds,
          result,
        },
      });
    });

    it.each([
      { encoding: 'undefined' },
      { encoding: 'json', data: 'null' },
      { encoding: 'deflate', data: new Uint8Array([0, 255, 128]) },
      { encoding: 'overflow', data: 'pay#hash/owner' },
      { encoding: 'unavailable', reason: 'too large' },
    ] as const)('keeps a result encoded as $encoding', async (encoded) => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      await store.complete({ ...completion(claim), result: encoded });
      const refused = await store.claim(again(claim));
      expect(refused.claimed || refused.record?.result).toEqual(encoded);
    });

    it('is lost on an owner who was taken over, while the new owner runs and after it finished', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      const newer = again(claim, 5000);
      await store.claim(newer);
      const stale = { ...completion(claim), result: { encoding: 'json', data: '"stale"' } } as const;
      expect(await store.complete(stale)).toBe('lost');
      expect(await store.complete(completion(newer))).toBe('written');
      expect(await store.complete(stale)).toBe('lost');
      expect(await store.claim(again(newer))).toMatchObject({ record: { owner: newer.owner, result } });
    });

    it('recognises its own earlier try while its lease lasts', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      await store.complete(completion(claim));
      expect(await store.complete(completion(claim))).toBe('written');
    });

    it('is lost when there is no record', async () => {
      const store = await createStore();
      expect(await store.complete(completion(claimOf()))).toBe('lost');
    });
  });

  describe('release', () => {
    it('frees the operation for a claim that counts from 1, whatever its payload', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      expect(await store.release({ ...claim, to: 'absent' })).toBe('written');
      expect(await store.claim(again(claim, 0, { fingerprint: 'other' }))).toEqual({ claimed: true, attempt: 1 });
    });

    it('by an owner who was taken over frees nothing', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      const newer = again(claim, 5000);
      await store.claim(newer);
      expect(await store.release({ ...claim, to: 'absent' })).toBe('lost');
      expect(await store.claim(again(newer))).toMatchObject({ claimed: false, record: { owner: newer.owner } });
    });

    it('never removes a completed record', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      await store.complete(completion(claim));
      expect(await store.release({ ...claim, to: 'absent' })).toBe('lost');
      expect(await store.claim(again(claim))).toMatchObject({ record: { status: 'COMPLETED' } });
    });

    it('recognises its own earlier try while its lease lasts', async () => {
      const store = await createStore();
      const claim = claimOf();
      await store.claim(claim);
      await store.release({ ...claim, to: 'absent' });
      expect(await store.release({ ...claim, to: 'absent' })).toBe('written');
    });
  });

  describe('a token', () => {
    const issued = async (store: IdempotencyStore, ttlSeconds = 60) => {
      const claim = claimOf({ from: 'issued' });
      await store.issue({ id: claim.id, expiresAtSeconds: atSeconds(startMs) + ttlSeconds });
      return claim;
    };

    it('is consumed by exactly one of many at the same time', async () => {
      const store = await createStore();
      const { id } = await issued(store);
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => store.consume({ id, owner: crypto.randomUUID(), nowMs: startMs })),
      );
      expect(outcomes.filter(({ consumed }) => consumed)).toHaveLength(1);
    });

    it('that nobody issued is not consumed, and leaves no record', async () => {
      const store = await createStore();
      const { id, owner } = claimOf();
      const unknown = { consumed: false, record: undefined };
      expect(await store.consume({ id, owner, nowMs: startMs })).toEqual(unknown);
      expect(await store.consume({ id, owner, nowMs: startMs })).toEqual(unknown);
    });

    it('is not consumed once it has expired, though the database still has it', async () => {
      const store = await createStore();
      const { id, owner } = await issued(store, 60);
      expect(await store.consume({ id, owner, nowMs: startMs + 60_000 })).toMatchObject({ consumed: false });
      expect(await store.consume({ id, owner, nowMs: startMs + 59_999 })).toEqual({ consumed: true });
    });

    it('recognises its own earlier try to consume it', async () => {
      const store = await createStore();
      const { id, owner } = await issued(store);
      await store.consume({ id, owner, nowMs: startMs });
      expect(await store.consume({ id, owner, nowMs: startMs })).toEqual({ consumed: true });
    });

    it('can be issued again by a try whose answer was lost, without coming back once used', async () => {
      const store = await createStore();
      const { id, owner } = await issued(store);
      await store.consume({ id, owner, nowMs: startMs });
      await store.issue({ id, expiresAtSeconds: atSeconds(startMs) + 60 });
      expect(await store.consume({ id, owner: 'other', nowMs: startMs })).toMatchObject({ consumed: false });
    });

    it('is claimed once, completed, and then refuses with its result', async () => {
      const store = await createStore();
      const claim = await issued(store);
      expect(await store.claim(claim)).toEqual({ claimed: true, attempt: 1 });
      expect(await store.claim(again(claim))).toMatchObject({ claimed: false, record: { status: 'IN_PROGRESS' } });
      expect(await store.complete(completion(claim))).toBe('written');
      expect(await store.claim(again(claim, 100_000))).toMatchObject({ record: { status: 'COMPLETED', result } });
    });

    it('that nobody issued is not claimed', async () => {
      const store = await createStore();
      expect(await store.claim(claimOf({ from: 'issued' }))).toEqual({ claimed: false, record: undefined });
    });

    it('is not claimed once it has expired', async () => {
      const store = await createStore();
      const claim = await issued(store, 60);
      expect(await store.claim(again(claim, 60_000))).toMatchObject({ claimed: false, record: { status: 'ISSUED' } });
    });

    it('is as good as new after a release, until it expires as it would have', async () => {
      const store = await createStore();
      const claim = await issued(store, 60);
      await store.claim(claim);
      expect(await store.release({ ...claim, to: 'issued' })).toBe('written');
      expect(await store.release({ ...claim, to: 'issued' })).toBe('written');
      expect(await store.claim(again(claim, 60_000))).toMatchObject({ claimed: false, record: { status: 'ISSUED' } });
      expect(await store.claim(again(claim, 59_999, { fingerprint: 'other' }))).toEqual({ claimed: true, attempt: 1 });
    });

    it('whose operation crashed is taken over even after the token has expired, by the same payload', async () => {
      const store = await createStore();
      const claim = await issued(store, 3);
      await store.claim(claim);
      expect(await store.claim(again(claim, 5000, { fingerprint: 'other' }))).toMatchObject({ claimed: false });
      expect(await store.claim(again(claim, 5000))).toEqual({ claimed: true, attempt: 2 });
    });
  });
};
