import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lambda gives a function with this many megabytes a whole processor, and those with less their part of one. */
const megabytesOfOneProcessor = 1769;

const periodMicros = 20_000;

export interface Quota {
  /** What a process writes its id to in order to have no more. */
  file: string;
  remove(): void;
}

/**
 * The part of a processor that a function of so much memory has, as a control group; `undefined` where this process may not make one.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
export const makeQuota = (megabytes: number): Quota | undefined => {
  const isV1 = existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
  const folder = join(isV1 ? '/sys/fs/cgroup/cpu' : '/sys/fs/cgroup', `bench-${process.pid}-${megabytes}`);
  const micros = Math.round((periodMicros * megabytes) / megabytesOfOneProcessor);
  const settings = isV1
    ? { 'cpu.cfs_period_us': periodMicros, 'cpu.cfs_quota_us': micros }
    : { 'cpu.max': `${micros} ${periodMicros}` };
  try {
    mkdirSync(folder);
    for (const [name, value] of Object.entries(settings)) writeFileSync(join(folder, name), String(value));
    readFileSync(join(folder, 'cgroup.procs'));
  } catch (error) {
    console.error(`NOT MEASURED, quotas: control groups can't be made here (${(error as Error).message})`);
    return undefined;
  }
  return { file: join(folder, 'cgroup.procs'), remove: () => rmdirSync(folder) };
};
