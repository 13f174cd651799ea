import fc, { type IAsyncPropertyWithHooks } from 'fast-check';
import { type Plan, type PlanLimits, plans } from './plan.ts';
import type { Property } from './properties.ts';
import { play, type ScenarioOptions } from './scenario.ts';

/** Whatever is drawn within the limits has the properties. */
export const always = (
  options: ScenarioOptions,
  properties: readonly Property[],
  limits: PlanLimits = {},
): IAsyncPropertyWithHooks<[Plan]> =>
  fc.asyncProperty(plans(limits), async (plan) => {
    const trace = await play(plan, options);
    for (const property of properties) property(trace);
  });
