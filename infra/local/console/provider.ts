import { setTimeout as sleep } from 'node:timers/promises';
import { type LoopbackService, startLoopbackService } from '../faults/loopback-service.ts';
import type { PlannedAccidents } from './accidents.ts';
import type { Environments } from './environments.ts';
import type { LaneBook } from './lane-book.ts';
import type { ChargeView } from './protocol.ts';

export type Provider = LoopbackService & {
  charges(): ChargeView[];
  /** The next charge is made at once, and answered after this. */
  holdNextAnswer(until: Promise<void>): void;
};

/** Long enough to be seen. */
const paceMs = 400;
const slowMs = 3000;

/** A payment provider as there are: the same key again charges nothing more. Its ledger is what the cards were charged. */
export async function startProvider(
  { book, environments, accidents }: { book: LaneBook; environments: Environments; accidents: PlannedAccidents },
  charged: () => void,
): Promise<Provider> {
  const ledger = new Map<string, ChargeView>();
  let hold: Promise<void> | undefined;

  const enter = (
    key: string,
    { amount, currency }: Pick<ChargeView, 'amount' | 'currency'>,
    order: string,
  ): boolean => {
    const known = ledger.get(key);
    ledger.set(
      key,
      known ? { ...known, times: known.times + 1 } : { key, amount, currency, order, times: 1, atMs: Date.now() },
    );
    charged();
    return known === undefined;
  };

  const server = await startLoopbackService(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const environment = environments.at(request.url ?? '');
    const lane = environment?.lane;
    const { provider } = accidents.current();
    if (provider === 'failing') {
      if (lane) book.mark(lane, 'charge-failed', 'the provider fails: nothing is charged');
      response.writeHead(500).end();
      return;
    }
    const isNew = enter(String(request.headers['idempotency-key']), body, lane?.order ?? '');
    if (lane && isNew) book.mark(lane, 'charged', 'the card is charged');
    else if (lane)
      book.mark(lane, 'charge-known', 'the provider recognises this charge by its key, and charges nothing more');
    if (accidents.take('nextCharge') && lane) {
      book.mark(lane, 'killed', 'the function dies, after the charge and before it has said so');
      environment.kill();
      return;
    }
    const held = hold;
    hold = undefined;
    await held;
    await sleep(provider === 'slow' ? slowMs : paceMs);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });

  return {
    ...server,
    charges: () => [...ledger.values()],
    holdNextAnswer(until) {
      hold = until;
    },
  };
}
