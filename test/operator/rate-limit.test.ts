import { expect, it } from 'vitest';
import { rateLimit } from '../../infra/operator/scan/rate-limit.ts';

const never = new AbortController().signal;

it('several readers together take no more than the rate, from the first page on', async () => {
  const limit = rateLimit(2000);
  let units = 0;
  const startMs = performance.now();
  const read = async () => {
    for (let page = 0; page < 5; page += 1) {
      const spend = await limit.ready(never);
      spend(100);
      units += 100;
      // What was allowed by now, and the page that may be read at once.
      expect(units).toBeLessThanOrEqual(((performance.now() - startMs) / 1000) * 2000 + 130);
    }
  };
  await Promise.all([read(), read(), read(), read()]);
  expect(units).toBe(2000);
});

it('pages that cost less than was set aside make the next ones come sooner', async () => {
  const limit = rateLimit(1000);
  const startMs = performance.now();
  for (let page = 0; page < 20; page += 1) {
    (await limit.ready(never))(0.5);
  }
  expect(performance.now() - startMs).toBeLessThan(1000);
});

it('a cheap first page lets readers that wait already go sooner', async () => {
  const limit = rateLimit(1);
  const spend = await limit.ready(never);
  const waiting = limit.ready(never);
  spend(0.1);
  await waiting;
});

it('waiting ends with the signal', async () => {
  const limit = rateLimit(0.001);
  const stop = new AbortController();
  await limit.ready(stop.signal);
  const waiting = limit.ready(stop.signal);
  stop.abort();
  await expect(waiting).rejects.toThrow('abort');
});
