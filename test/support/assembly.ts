import type { TestProject } from 'vitest/node';
import { synth } from './synth.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that `cdk synth` wrote. */
    assembly: string;
  }
}

/** Synthesizes the stack once for the whole run. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const { assembly, remove } = await synth();
  provide('assembly', assembly);
  return remove;
};
