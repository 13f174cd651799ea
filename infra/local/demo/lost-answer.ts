import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileKeys, idempotentFetch, type KeyStore } from '../../../functions/idempotency/entries/client.ts';
import { countItems } from './play.ts';
import type { RunningApi } from './running-api.ts';

/** A page that checks out. What it keeps outlives it; without an answer it is closed. */
const openPage = async (api: RunningApi, keys: KeyStore, order: string, losesAnswer: boolean) => {
  const page = new AbortController();
  const checkOut = idempotentFetch({
    keys,
    fetch: async (request) => {
      const response = await fetch(request);
      if (losesAnswer) page.abort(new Error(`the answer, ${response.status}, is lost, and the page is closed`));
      return response;
    },
  });
  const response = await checkOut(`${api.url}/checkouts`, {
    intention: `check out ${order}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId: order, amount: 4200, currency: 'EUR' }),
    signal: page.signal,
  });
  const replayed = response.headers.has('idempotent-replayed') ? ', the first answer' : '';
  return { said: `${response.status}${replayed}`, body: (await response.json()) as { checkoutId: string } };
};

/** A checkout at one system, paid at the other, by a client whose first answer is lost: what happens, line by line. */
export async function loseAnswer(api: RunningApi): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'page-'));
  try {
    const keys = fileKeys(folder);
    const order = `demo-${randomUUID()}`;
    const lost = await openPage(api, keys, order, true).catch((error: Error) => ({ said: error.message }));
    const found = await openPage(api, keys, order, false);
    const payments = await countItems(api, { table: 'Payments', attribute: 'orderId' }, found.body.checkoutId);
    return [
      `the page checks out: ${lost.said}`,
      `it is opened again, and checks out with the key that it has kept: ${found.said}`,
      `payments made: ${payments}`,
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
