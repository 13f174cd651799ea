import fc, { type IAsyncPropertyWithHooks, type Scheduler } from 'fast-check';
import { expect } from 'vitest';
import { type Plan, type PlanLimits, plans } from './plan.ts';
import type { Property } from './properties.ts';
import { races } from './runs.ts';
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

/**
 * Tries each schedule once for all the properties, and gives what asserts one of them. One that was broken is tried by itself, so that
 * its counterexample is as small as can be.
 */
export const together = (options: ScenarioOptions, limits: PlanLimits, properties: readonly Property[]) => {
  const parameters = races<Drawn>();
  const tryAll = async (): Promise<ReadonlySet<Property>> => {
    const broken = new Set<Property>();
    const judge: Property = (trace) => {
      for (const property of properties) {
        try {
          property(trace);
        } catch {
          broken.add(property);
        }
      }
    };
    await fc.assert(always(judge, options, limits), parameters);
    return broken;
  };
  let all: Promise<ReadonlySet<Property>> | undefined;
  return async (property: Property): Promise<void> => {
    all ??= tryAll();
    if ((await all).has(property)) await fc.assert(always(property, options, limits), parameters);
  };
};

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
