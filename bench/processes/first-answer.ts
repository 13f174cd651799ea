import { call, type Handler } from '../call.ts';

/** Loads the handler named, calls it once and prints what that took, from the start of the process on. */
export interface FirstAnswer {
  importMs: number;
  answerMs: number;
}

const importStartMs = performance.now();
const { handler }: { handler: Handler } = await import(process.argv[2] ?? '');
const importMs = performance.now() - importStartMs;
await call(handler, crypto.randomUUID());
// The clock of `performance` starts with the process.
const answered: FirstAnswer = { importMs, answerMs: performance.now() };
process.stdout.write(JSON.stringify(answered));
