import { getEventListeners, once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { credentials, disconnect, errorOf, getInput, hang, leanAt, ok, refusal, startServer } from './harness.ts';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

/** How many of the timers that the client sets are left. */
const watchTimers = (): (() => number) => {
  const { mock } = vi.spyOn(globalThis, 'setTimeout');
  return () => mock.results.filter(({ value }) => !(value as { _destroyed: boolean })._destroyed).length;
};

describe('an abort', () => {
  it('before the call sends nothing', async () => {
    const { endpoint, requests } = await startServer(ok);
    const failures: unknown[] = [];
    const reason = new Error('too late');
    const error = await errorOf(
      leanAt(endpoint).getItem(getInput, {
        abortSignal: AbortSignal.abort(reason),
        onFailedTry: (failure) => failures.push(failure),
      }),
    );
    expect(error).toMatchObject({ name: 'AbortError', cause: reason });
    expect(requests).toHaveLength(0);
    expect(failures).toEqual([]);
  });

  it('ends the request under way, which is told of and not sent again', async () => {
    const { endpoint, requests, server } = await startServer(hang);
    const controller = new AbortController();
    const failures: unknown[] = [];
    const call = errorOf(
      leanAt(endpoint).getItem(getInput, {
        abortSignal: controller.signal,
        onFailedTry: (failure) => failures.push(failure),
      }),
    );
    const [, response] = await once(server, 'request');
    const closed = once(response, 'close');
    controller.abort();
    const error = await call;
    await closed;
    expect(error.name).toBe('AbortError');
    expect(failures).toEqual([error]);
    expect(requests.length).toBeLessThanOrEqual(1);
    expect(listeners(controller.signal)).toBe(0);
  });

  it('ends the wait between two tries', async () => {
    const { endpoint, requests } = await startServer(refusal('ThrottlingException'));
    const controller = new AbortController();
    // No wait ends by itself.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const call = leanAt(endpoint, { maxAttempts: 100 }).getItem(getInput, {
      abortSignal: controller.signal,
      onFailedTry: () => setImmediate(() => controller.abort()),
    });
    expect((await errorOf(call)).name).toBe('AbortError');
    vi.useRealTimers();
    expect(requests).toHaveLength(1);
    expect(listeners(controller.signal)).toBe(0);
  });

  it('ends the wait for credentials', async () => {
    const { endpoint, requests } = await startServer(ok);
    const controller = new AbortController();
    const neverThere = () => new Promise<never>(() => undefined);
    const call = errorOf(
      leanAt(endpoint, { credentials: neverThere }).getItem(getInput, { abortSignal: controller.signal }),
    );
    controller.abort();
    expect((await call).name).toBe('AbortError');
    expect(requests).toHaveLength(0);
    expect(listeners(controller.signal)).toBe(0);
  });

  it('of one call leaves the others and their connections alone', async () => {
    const { endpoint, requests } = await startServer(ok, ok, hang, ok, ok);
    const client = leanAt(endpoint);
    await Promise.all([client.getItem(getInput), client.getItem(getInput)]);
    const controller = new AbortController();
    const aborted = errorOf(client.getItem(getInput, { abortSignal: controller.signal }));
    while (requests.length < 3) await new Promise(setImmediate);
    controller.abort();
    await aborted;
    await new Promise((resolve) => setTimeout(resolve, 20));
    await client.getItem(getInput);
    expect(new Set(requests.map(({ connection }) => connection)).size).toBe(2);
  });

  it('after the call does nothing', async () => {
    const { endpoint } = await startServer(ok);
    const controller = new AbortController();
    await leanAt(endpoint).getItem(getInput, { abortSignal: controller.signal });
    controller.abort();
  });
});

describe('a call leaves nothing behind', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ['succeeds', [ok]],
    ['succeeds at the second try', [disconnect, ok]],
    ['is refused', [refusal('ValidationException')]],
    ['fails at every try', [disconnect]],
    ['times out', [hang]],
  ])('when it %s: no listener on the signal, no timer', async (_name, replies) => {
    const { endpoint } = await startServer(...replies);
    const { signal } = new AbortController();
    const client = leanAt(endpoint, { requestTimeoutMs: 100, connectionTimeoutMs: 50 });
    const timers = watchTimers();
    await client.getItem(getInput, { abortSignal: signal }).catch(() => undefined);
    expect([listeners(signal), timers()]).toEqual([0, 0]);
  });

  it('when it is aborted: neither', async () => {
    const { endpoint, server } = await startServer(hang);
    const controller = new AbortController();
    const timers = watchTimers();
    const call = errorOf(leanAt(endpoint).getItem(getInput, { abortSignal: controller.signal }));
    await once(server, 'request');
    controller.abort();
    await call;
    expect([listeners(controller.signal), timers()]).toEqual([0, 0]);
  });

  it('when the credentials come at once, later or never', async () => {
    const { endpoint } = await startServer(ok);
    const { signal } = new AbortController();
    const client = leanAt(endpoint, { credentials: async () => credentials });
    await client.getItem(getInput, { abortSignal: signal });
    await client.getItem(getInput, { abortSignal: signal });
    const failing = leanAt(endpoint, { credentials: async () => Promise.reject(new Error('none')) });
    await errorOf(failing.getItem(getInput, { abortSignal: signal }));
    expect(listeners(signal)).toBe(0);
  });

  it('not even when its headers can’t be sent', async () => {
    const { endpoint } = await startServer(ok);
    const { signal } = new AbortController();
    const client = leanAt(endpoint, { credentials: { ...credentials, sessionToken: 'a\nb' } });
    expect(await errorOf(client.getItem(getInput, { abortSignal: signal }))).toMatchObject({
      code: 'ERR_INVALID_CHAR',
    });
    expect(listeners(signal)).toBe(0);
  });
});
