import { setTimeout as sleep } from 'node:timers/promises';
import type { Draw } from '../draw.ts';
import { type EntryPoint, entryNames, isToken } from '../entry-points.ts';
import type { AskedOperation, Invoke } from './invoker.ts';
import { isFinal } from './is-final.ts';
import { type InvocationPlan, settlingPlan } from './load.ts';

export interface CallerSettings {
  invoke: Invoke;
  issueToken: () => Promise<string>;
  plan: () => InvocationPlan;
  draw: Draw;
  entries: readonly EntryPoint[] | undefined;
  /** When callers give up. */
  signal: AbortSignal;
}

const operationsAtATime = 24;

/** In a run of these tries a lease may end twice. */
const maxTries = 25;
const maxSettlingTries = 40;
const settlingWaitMs = 200;

/** Callers of ever new operations, several for one operation at a time, each of which repeats until it has a final answer. */
export const createCallers = (settings: CallerSettings) => {
  const { invoke, issueToken, plan, draw, entries = entryNames, signal } = settings;
  const round: EntryPoint[] = [];
  /** In shuffled rounds, so that none is left out, however few operations a busy machine gets done. */
  const nextEntry = (): EntryPoint => {
    if (round.length === 0) round.push(...draw.shuffled(entries));
    return round.pop() as EntryPoint;
  };
  const operations: AskedOperation[] = [];
  const counts = new Map<EntryPoint, number>();

  const pause = (fromMs: number, toMs: number) =>
    sleep(draw.between(fromMs, toMs), undefined, { signal }).catch(() => undefined);

  const caller = async (operation: AskedOperation, name: string): Promise<void> => {
    for (let tries = 0; tries < maxTries && !signal.aborted; tries += 1) {
      if (isFinal(await invoke(operation, plan(), { caller: name }))) return;
      await pause(40, 400);
    }
  };

  const newOperation = async (): Promise<AskedOperation | undefined> => {
    const entry = nextEntry();
    const token = isToken(entry) ? await issueToken().catch(() => undefined) : undefined;
    // Whoever gets no token asks for another one.
    if (isToken(entry) && token === undefined) return undefined;
    const count = (counts.get(entry) ?? 0) + 1;
    counts.set(entry, count);
    const operation = { id: `${entry}-${count}`, entry, token };
    operations.push(operation);
    return operation;
  };

  const oneAfterAnother = async (): Promise<void> => {
    while (!signal.aborted) {
      const operation = await newOperation();
      if (!operation) continue;
      const duplicates = draw.pick([0, 0, 1, 2]);
      await Promise.all([
        caller(operation, 'first'),
        ...Array.from({ length: duplicates }, (_, index) =>
          pause(0, 60).then(() => caller(operation, `duplicate ${index}`)),
        ),
      ]);
      if (draw.chance(0.5)) await caller(operation, 'late');
    }
  };

  /** Asks for every operation once more, until all of them have a final answer. */
  const settle = async (isOver: () => boolean): Promise<void> => {
    const settleOne = async (operation: AskedOperation): Promise<void> => {
      for (let tries = 0; tries < maxSettlingTries && !isOver(); tries += 1) {
        if (isFinal(await invoke(operation, settlingPlan, { caller: 'last', settling: true }))) return;
        await sleep(settlingWaitMs);
      }
    };
    const left = [...operations];
    const settleNext = async (): Promise<void> => {
      for (let operation = left.pop(); operation && !isOver(); operation = left.pop()) await settleOne(operation);
    };
    await Promise.all(Array.from({ length: 64 }, settleNext));
  };

  return {
    operations: operations as readonly AskedOperation[],
    run: async (): Promise<void> => {
      await Promise.all(Array.from({ length: operationsAtATime }, oneAfterAnother));
    },
    settle,
  };
};
