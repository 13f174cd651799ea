import { readCommandLine, UsageError, usage } from './command-line.ts';
import { outcomeReport } from './report/outcome-report.ts';
import { runPlants } from './run-plants.ts';
import { torture } from './torture.ts';

const interruptedStatus = 130;

const run = async (): Promise<number> => {
  const { help, plant, seconds, ...options } = readCommandLine(process.argv.slice(2));
  if (help) {
    console.log(usage);
    return 0;
  }
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort());
  const { signal } = interruption;
  console.log(`seed ${options.seed}`);

  if (plant !== undefined) {
    const names = plant === 'all' ? undefined : [plant];
    const found = await runPlants({ ...options, seconds: seconds ?? 8, signal }, names);
    return found === undefined ? interruptedStatus : Number(!found);
  }
  const outcome = await torture({ ...options, seconds: seconds ?? 60, signal });
  if (!outcome) return interruptedStatus;
  console.log(`\n${outcomeReport(outcome)}`);
  return outcome.violations.length > 0 ? 1 : 0;
};

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
