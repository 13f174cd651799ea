import type { TortureOptions } from './perform.ts';
import { plantOf, plants } from './plants/plants.ts';
import { summary } from './report/outcome-report.ts';
import { torture } from './torture.ts';

/** Plants one violation after another, and tells which ones the checker has found; `undefined` when it was interrupted. */
export const runPlants = async (
  options: TortureOptions,
  names: readonly string[] = [...plants.keys()],
): Promise<boolean | undefined> => {
  let allFound = true;
  for (const name of names) {
    const outcome = await torture({ ...options, plant: name });
    if (!outcome) return undefined;
    const expected = plantOf(name)?.finds ?? [];
    const found = expected.filter((kind) => outcome.violations.some((violation) => violation.kind === kind));
    if (found.length === 0) allFound = false;
    const verdict = found.length > 0 ? `found: ${found.join(', ')}` : `NOT FOUND: ${expected.join(', ')}`;
    console.log(`${name.padEnd(24)} ${verdict} (${summary(outcome)})`);
  }
  return allFound;
};
