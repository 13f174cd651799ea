import type { TestProject } from 'vitest/node';
import { engineKinds, startEngine } from '../../infra/local/engine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Endpoints of the DynamoDB engines, by name. */
    engines: Record<(typeof engineKinds)[number], string>;
  }
}

/** Starts every engine once for the whole run. A missing one fails the run: what passes on one engine only isn't proved. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const started = await Promise.all(engineKinds.map((kind) => startEngine(kind)));
  provide('engines', Object.fromEntries(started.map(({ kind, endpoint }) => [kind, endpoint])) as never);
  return async () => {
    await Promise.all(started.map((engine) => engine.close()));
  };
};
