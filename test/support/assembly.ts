import type { TestProject } from 'vitest/node';
import { cdkSynth } from '../../infra/local/cdk-synth.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that `cdk synth` wrote. */
    assembly: string;
  }
}

/** Synthesizes the stack once for the whole run. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const { assembly, remove } = await cdkSynth();
  provide('assembly', assembly);
  return remove;
};
