import { it } from 'vitest';
import { together } from './check.ts';
import type { PlanLimits } from './plan.ts';
import type { Property } from './properties.ts';
import type { ScenarioOptions } from './scenario.ts';

/** A test for each property, over the same schedules. */
export const itAlways = (
  options: ScenarioOptions,
  limits: PlanLimits,
  properties: Readonly<Record<string, Property>>,
): void => {
  const holds = together(options, limits, Object.values(properties));
  for (const [title, property] of Object.entries(properties)) it(title, () => holds(property));
};
