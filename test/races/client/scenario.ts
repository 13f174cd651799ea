import {
  ClientError,
  type ClientOptions,
  idempotentFetch,
  type KeyStore,
  mapKeys,
  tokenFetch,
} from '../../../functions/idempotency/entries/client.ts';
import { createNetwork } from './network.ts';
import type { Plan, Visit } from './plan.ts';
import { createServer, type Protection } from './server.ts';
import type { Happening, Moment, Trace } from './trace.ts';
import { inVirtualTime, never, sleep } from './virtual-time.ts';

export interface ScenarioOptions {
  protection: Protection;
  client?: Partial<ClientOptions>;
  /** What the browser stores, as all tabs see it. */
  createKeys?: () => KeyStore;
  /** What happens to a request on its way out of the page, and to an answer on its way in. */
  alterRequest?: (request: Request) => Request;
  alterAnswer?: (response: Response) => Response;
}

/** How long one call goes on in these scenarios: longer than a lease. */
const giveUpAfterMs = 300_000;

/** Plays a plan, and one more visit that nothing goes wrong with when everything is over, for the payload that was paid, if one was. */
export const play = (plan: Plan, options: ScenarioOptions): Promise<Trace> =>
  inVirtualTime(plan.seed, async () => {
    const { protection, createKeys = () => mapKeys(new Map()) } = options;
    const [runs, network] = [[...plan.runs], [...plan.network]];
    const send = createNetwork(createServer(protection, plan, runs), network);
    const shared = createKeys();
    const trace: Moment[] = [];

    const open = async (visit: number, { payload, openMs }: Visit): Promise<void> => {
      const note = (happening: Happening) => {
        trace.push({ ...happening, visit, atMs: Date.now() });
      };
      let isClosed = false;
      /** Nothing goes on in a page that is closed. */
      const whileOpen = async <Value>(value: Promise<Value>): Promise<Value> => {
        const got = await value.catch((error: unknown) => (isClosed ? never : Promise.reject(error)));
        return isClosed ? never : got;
      };
      const keys: KeyStore = {
        update: (intention, change) =>
          whileOpen(sleep(Math.random() * 20).then(() => (isClosed ? never : shared.update(intention, change)))),
      };
      const client: ClientOptions = {
        keys,
        giveUpAfterMs,
        windowMs: plan.retentionSeconds * 1000,
        fetch: async (request) => {
          if (isClosed) return never;
          const { alterRequest = (same) => same, alterAnswer = (same) => same } = options;
          return alterAnswer(
            await whileOpen(send(alterRequest(request), (payment) => note({ type: 'paid', payment }))),
          );
        },
        ...options.client,
      };
      const init = { intention: 'pay order 1', method: 'POST', body: JSON.stringify({ payload }) };
      const url = 'https://shop.example.com';
      const call = async () =>
        protection.startsWith('key')
          ? idempotentFetch(client)(`${url}/pay`, init)
          : tokenFetch({ ...client, tokenUrl: `${url}/token`, payUrl: `${url}/pay` })(init);
      const ending = async () => {
        note({ type: 'called', payload });
        try {
          const response = await call();
          note({ type: 'answered', status: response.status, body: await response.text() });
        } catch (error) {
          note(ClientError.is(error) ? { type: 'failed', error } : { type: 'threw', error });
        }
      };
      const closing = async () => {
        if (openMs === undefined) return never;
        await sleep(openMs);
        if (isClosed) return;
        isClosed = true;
        note({ type: 'closed' });
      };
      await Promise.race([ending(), closing()]);
      isClosed = true;
    };

    let visits = 0;
    await Promise.all(
      plan.tabs.map(async (tab) => {
        for (const visit of tab) {
          await sleep(visit.afterMs);
          visits += 1;
          await open(visits, visit);
        }
      }),
    );
    // What is on its way arrives, and leases end.
    await sleep(40_000);
    const paidBy = trace.find(({ type }) => type === 'paid')?.visit;
    const called = trace.find(({ type, visit }) => type === 'called' && visit === paidBy);
    const payload = called?.type === 'called' ? called.payload : 'mouse';
    runs.length = 0;
    network.length = 0;
    await open(visits + 1, { payload, openMs: undefined, afterMs: 0 });
    return trace;
  });
