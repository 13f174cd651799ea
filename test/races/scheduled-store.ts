import { type IdempotencyStore, StoreError } from '../../functions/idempotency/entries/main.ts';
import { currentInvocation, type Invocation } from './invocation.ts';
import type { Phase } from './plan.ts';
import type { Applied, Verb } from './trace.ts';

const phases = {
  claim: 'admission',
  consume: 'admission',
  complete: 'settlement',
  release: 'settlement',
} as const satisfies Record<Verb, Phase>;

/**
 * The network before a store, with the SDK on this side of it: every request and every answer takes its time, which the
 * scheduler decides, and may get lost. What the store itself does to a record is one step.
 */
export const scheduledStore = (store: IdempotencyStore): IdempotencyStore => {
  /** Runs the verb between two looks at the record. The scheduler starts nothing else until that has come to rest. */
  const apply = async <V extends Verb>(invocation: Invocation, verb: V, request: Request<V>): Promise<Outcome<V>> => {
    const look = () => store.read({ id: request.id, nowMs: 0, consistent: true });
    const verbs = store as { [Name in Verb]: (request: Request<Name>) => Promise<Outcome<Name>> };
    const before = await look();
    const outcome = await verbs[verb](request);
    invocation.note({ type: 'applied', verb, request, outcome, before, after: await look() } as Applied);
    return outcome;
  };

  const send = async <V extends Verb>(verb: V, request: Request<V>): Promise<Outcome<V>> => {
    const invocation = currentInvocation();
    const phase = phases[verb];
    const arrive = async () => {
      await invocation.turn(`${verb} arrives`);
      return apply(invocation, verb, request);
    };
    const arriveLate = async () => {
      for (let turns = 0; turns < invocation.plan.lateTurns; turns += 1) await invocation.turn(`${verb} is on its way`);
      await arrive();
    };
    const waitInVain = async () => {
      await invocation.turn(`${verb} is not answered`);
      await invocation.survive();
    };
    await invocation.survive(`before the ${phase} is sent`);
    for (;;) {
      if (invocation.crashesAt(`while the ${phase} travels`)) {
        void arriveLate();
        await invocation.crash();
      }
      const fate = invocation.nextFate(phase);
      if (fate === 'late') void arriveLate();
      else if (fate !== 'request lost' && fate !== 'failed') {
        const outcome = await arrive();
        await invocation.survive(`after the ${phase} is applied`);
        if (fate === 'answered') {
          await invocation.turn(`${verb} is answered`);
          await invocation.survive();
          return outcome;
        }
      }
      await waitInVain();
      if (fate.startsWith('failed')) throw new StoreError(`${verb}: ${fate}`, { retryable: true, cause: undefined });
    }
  };

  return {
    claim: (request) => send('claim', request),
    consume: (request) => send('consume', request),
    complete: (request) => send('complete', request),
    release: (request) => send('release', request),
    read: (request) => store.read(request),
    issue: (request) => store.issue(request),
  };
};

type Request<V extends Verb> = Parameters<IdempotencyStore[V]>[0];
type Outcome<V extends Verb> = Awaited<ReturnType<IdempotencyStore[V]>>;
