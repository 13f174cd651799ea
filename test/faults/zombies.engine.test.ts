import { describe, expect, it } from 'vitest';
import { barrier } from '../support/barrier.ts';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import { behindProxy, codeOf, eventually, keyedEvent } from './harness.ts';

onEachEngineAndClient((database) => {
  /** Two attempts of one operation, the second after the lease of the first; each ends when the test says so. */
  const twoOwners = async (kind: 'keyed' | 'retaining') => {
    const { keyed, retaining, tokenEvent, records, events } = await behindProxy(database);
    let nowMs = Date.now();
    const ends = [barrier(), barrier()];
    const outcomes: (() => unknown)[] = [];
    const run = async ({ idempotency: { attempt } }: { idempotency: { attempt: number } }) => {
      await ends[attempt - 1]?.opened;
      return outcomes[attempt - 1]?.();
    };
    const { call, runs } = (kind === 'keyed' ? keyed : retaining)(run, { now: () => nowMs });
    const event = kind === 'keyed' ? keyedEvent() : await tokenEvent();
    const start = async () => {
      const before = runs();
      const answer = call(event);
      answer.catch(() => undefined);
      await eventually(() => expect(runs()).toBeGreaterThan(before)); // the other owner may have begun meanwhile
      return answer;
    };
    const older = { answer: start() };
    await eventually(() => expect(runs()).toBe(1));
    nowMs += 60_000;
    const newer = { answer: start() };
    await eventually(() => expect(runs()).toBe(2));
    /** Lets an owner end; the clock goes back, so that it doesn't see its own lateness. */
    const end = (attempt: 1 | 2, outcome: () => unknown) => {
      nowMs -= attempt === 1 ? 60_000 : 0;
      outcomes[attempt - 1] = outcome;
      ends[attempt - 1]?.open();
      return (attempt === 1 ? older : newer).answer.finally(() => {
        nowMs += attempt === 1 ? 60_000 : 0;
      });
    };
    return { end, call: () => call(event), records, events, runs };
  };

  const answer = (body: string) => () => ({ statusCode: 201, body });
  const decline = () => {
    throw new RangeError('declined');
  };

  describe.concurrent.each(['keyed', 'retaining'] as const)('an owner that outlived its lease (%s)', (kind) => {
    it('G12: and succeeds while a newer one runs, gets its answer and changes nothing', async () => {
      const { end, call, records, events } = await twoOwners(kind);
      expect(await end(1, answer('old'))).toEqual({ statusCode: 201, body: 'old' });
      expect(await records()).toEqual([{ status: 'IN_PROGRESS', attempt: 2 }]);
      expect(codeOf(await call())).toBe('IN_PROGRESS');
      expect(await end(2, answer('new'))).toEqual({ statusCode: 201, body: 'new' });
      expect(await call()).toMatchObject({ body: 'new' });
      expect(events()).toEqual(['claimed', 'claimed', 'lease-lost', 'in-progress', 'completed', 'replayed']);
    });

    it('G12: and fails while a newer one runs, frees nothing', async () => {
      const { end, call, records, runs } = await twoOwners(kind);
      await expect(end(1, decline)).rejects.toThrow(RangeError);
      expect(await records()).toEqual([{ status: 'IN_PROGRESS', attempt: 2 }]);
      expect(codeOf(await call())).toBe('IN_PROGRESS');
      await end(2, answer('new'));
      expect(await call()).toMatchObject({ body: 'new' });
      expect(runs()).toBe(2);
    });

    it('G12: and succeeds after the newer one has, overwrites nothing', async () => {
      const { end, call, records, events } = await twoOwners(kind);
      await end(2, answer('new'));
      expect(await end(1, answer('old'))).toEqual({ statusCode: 201, body: 'old' });
      expect(await records()).toEqual([{ status: 'COMPLETED', attempt: 2 }]);
      expect(await call()).toMatchObject({ body: 'new' });
      expect(events()).toEqual(['claimed', 'claimed', 'completed', 'lease-lost', 'replayed']);
    });

    it('G12: and fails after the newer one has succeeded, deletes nothing', async () => {
      const { end, call, records } = await twoOwners(kind);
      await end(2, answer('new'));
      await expect(end(1, decline)).rejects.toThrow(RangeError);
      expect(await records()).toEqual([{ status: 'COMPLETED', attempt: 2 }]);
      expect(await call()).toMatchObject({ body: 'new' });
    });

    it('and succeeds after the newer one has failed, remembers nothing: the operation is free', async () => {
      const { end, records } = await twoOwners(kind);
      await expect(end(2, decline)).rejects.toThrow(RangeError);
      expect(await end(1, answer('old'))).toEqual({ statusCode: 201, body: 'old' });
      expect(await records()).toEqual([{ status: kind === 'keyed' ? 'RELEASED' : 'ISSUED', attempt: 2 }]);
    });
  });
});
