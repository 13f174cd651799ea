import { Presets, SingleBar } from 'cli-progress';
import type { Output } from '../output/output.ts';
import type { ScanPlan } from './estimate.ts';
import type { ScanTotals } from './record-scan.ts';

export interface Progress {
  update(totals: ScanTotals): void;
  stop(): void;
}

const none: Progress = { update: () => {}, stop: () => {} };

/** A bar on a terminal; elsewhere nothing. */
export const showProgress = (plan: ScanPlan, { isTerminal, stderr }: Output): Progress => {
  if (!isTerminal) return none;
  const bar = new SingleBar(
    {
      stream: stderr,
      format: '{bar} {percentage} % | {value} of about {total} items | {units} units | {eta_formatted}',
      clearOnComplete: true,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  bar.start(Math.max(1, plan.items), 0, { units: 0 });
  return {
    update: ({ items, units }) => {
      // DynamoDB's count is hours old.
      if (items > bar.getTotal()) bar.setTotal(items);
      bar.update(items, { units });
    },
    stop: () => bar.stop(),
  };
};
