import type { TestProject } from 'vitest/node';
import { engineKinds, startEngine } from '../../infra/local/engine.ts';
import type { EngineKind } from '../../infra/local/engine-command.ts';
import { reasonToSkip } from './machine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Endpoints of the DynamoDB engines that this machine can run, one at least. */
    engines: Partial<Record<EngineKind, string>>;
  }
}

/** Starts every engine once for the whole run; a missing one leaves its tests out, or fails the run where CI is set. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const reasons = await Promise.all(engineKinds.map(reasonToSkip));
  const kinds = engineKinds.filter((_kind, index) => reasons[index] === undefined);
  if (kinds.length === 0) throw new Error(`No test can run on DynamoDB:\n${reasons.join('\n')}`);
  const started = await Promise.all(kinds.map((kind) => startEngine(kind)));
  provide('engines', Object.fromEntries(started.map(({ kind, endpoint }) => [kind, endpoint])));
  return async () => {
    await Promise.all(started.map((engine) => engine.close()));
  };
};
