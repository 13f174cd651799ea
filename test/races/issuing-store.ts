import type { Scheduler } from 'fast-check';
import type { IdempotencyStore } from '../../functions/idempotency/entries/main.ts';
import type { Plan } from './plan.ts';

/** The network before a store for whoever issues tokens: a try that had no answer may arrive when the token is in use. */
export const issuingStore = (
  store: IdempotencyStore,
  scheduler: Scheduler,
  { issueFates, invocations }: Plan,
  { trustsIssues = false }: { trustsIssues?: boolean },
): IdempotencyStore => {
  const fates = [...issueFates];
  const lateTurns = invocations.reduce((sum, invocation) => sum + invocation.lateTurns, 0);

  const arriveLate = async (request: Parameters<IdempotencyStore['issue']>[0]): Promise<void> => {
    for (let turns = 0; turns <= lateTurns; turns += 1) {
      await scheduler.schedule(Promise.resolve(), 'issue is on its way');
    }
    await store.issue(request);
  };

  const issue: IdempotencyStore['issue'] = async (request) => {
    for (let isDoubtful = false; ; isDoubtful = true) {
      const fate = fates.shift() ?? 'answered';
      if (fate === 'late') void arriveLate(request);
      if (fate === 'answer lost') await store.issue(request);
      if (fate !== 'answered') continue;
      const outcome = await store.issue(request);
      return isDoubtful && !trustsIssues ? 'doubtful' : outcome;
    }
  };

  return { ...store, issue };
};
