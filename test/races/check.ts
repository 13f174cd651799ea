import fc, { type IAsyncPropertyWithHooks, type Scheduler } from 'fast-check';
import { expect } from 'vitest';
import { type Plan, type PlanLimits, plans } from './plan.ts';
import type { Property } from './properties.ts';
import { createScenario, type ScenarioOptions } from './scenario.ts';

export type Drawn = [Scheduler, Plan];

/** Any schedule of any plan within the limits has the property. */
export const always = (
  property: Property,
  options: ScenarioOptions,
  limits: PlanLimits = {},
): IAsyncPropertyWithHooks<Drawn> =>
  fc.asyncProperty(fc.scheduler(), plans(limits), async (scheduler, plan) => {
    const { run } = await createScenario(scheduler, plan, options);
    property(await run());
  });

/** After anything within the limits, one more request is answered, and then the whole has the property. */
export const answersInTheEnd = (
  property: Property,
  options: ScenarioOptions,
  limits: PlanLimits & { afterLeases: boolean },
): IAsyncPropertyWithHooks<Drawn> =>
  fc.asyncProperty(fc.scheduler(), plans(limits), async (scheduler, plan) => {
    const { run, callAgain, trace } = await createScenario(scheduler, plan, options);
    await run();
    expect(await callAgain(limits)).toMatchObject({ statusCode: 201 });
    property(trace);
  });

export const noMore: Property = () => undefined;
