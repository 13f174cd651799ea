import { call, type Handler } from '../call.ts';

export interface FirstAnswer {
  importMs: number;
  /** From the start of the process on. */
  answerMs: number;
}

// Loads the handler that the argument names, calls it once, and prints what that took.
const importStartMs = performance.now();
const { handler }: { handler: Handler } = await import(process.argv[2] ?? '');
const importMs = performance.now() - importStartMs;
await call(handler, crypto.randomUUID());
// The clock of `performance` starts with the process.
const taken: FirstAnswer = { importMs, answerMs: performance.now() };
process.stdout.write(JSON.stringify(taken));
