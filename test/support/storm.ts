import { setTimeout as sleep } from 'node:timers/promises';
import { createSemaphore } from '../../infra/local/semaphore.ts';
import { seededRandom } from './random.ts';

/** What a caller sees of an answer. */
export interface Answer {
  status: number;
  replayed: boolean;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API answers
  json: any;
}

export interface StormOptions {
  /** The operations that are asked for. */
  operations: readonly string[];
  callersPerOperation: number;
  send: (operation: string) => Promise<Answer>;
  /** The processes that are serving a request: the ones to kill. */
  busyPids: () => readonly number[];
  kills: number;
  /** Decides the order of the callers, and when which process is killed. */
  seed: number;
}

export interface StormOutcome {
  /** What each caller of each operation got in the end. */
  answers: Map<string, Answer[]>;
  kills: number;
  /** How often a caller was left without an answer, by operation. */
  interruptions: Map<string, number>;
}

export const maxInFlight = 25;

/** Shorter than `Retry-After`, so that callers keep coming while a killed owner's lease lasts. */
const pollMs = 300;
const maxTries = 150;

/**
 * Many callers for each operation at the same time, each with its own retries until it has an answer, while processes are killed.
 *
 * Kills are counted off by requests sent, more of them early, when most requests are first ones.
 */
export const storm = async (options: StormOptions): Promise<StormOutcome> => {
  const { operations, callersPerOperation, send, busyPids, seed } = options;
  const random = seededRandom(seed);
  const callers = shuffled(
    operations.flatMap((operation) => Array.from({ length: callersPerOperation }, () => operation)),
    random,
  );
  const lastKillAfter = callers.length - 2 * maxInFlight;
  const killAfter = Array.from({ length: options.kills }, () => maxInFlight + lastKillAfter * random() ** 3);
  killAfter.sort((a, b) => a - b);

  const slots = createSemaphore(maxInFlight);
  const killed = new Set<number>();
  const interruptions = new Map<string, number>();
  let sent = 0;

  const killIfDue = () => {
    if (sent < (killAfter[killed.size] ?? Number.POSITIVE_INFINITY)) return;
    const candidates = busyPids().filter((pid) => !killed.has(pid));
    const victim = candidates[Math.floor(random() * candidates.length)];
    if (victim === undefined) return;
    killed.add(victim);
    process.kill(victim, 'SIGKILL');
  };

  /** `undefined`: the connection broke. */
  const sendInTurn = async (operation: string): Promise<Answer | undefined> => {
    await slots.acquire();
    sent += 1;
    killIfDue();
    try {
      return await send(operation).catch(() => undefined);
    } finally {
      slots.release();
    }
  };

  const untilAnswered = async (operation: string): Promise<Answer> => {
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const answer = await sendInTurn(operation);
      const interrupted = !answer || answer.status >= 500;
      if (interrupted) interruptions.set(operation, (interruptions.get(operation) ?? 0) + 1);
      else if (!answer.json.retryable) return answer;
      await sleep(pollMs);
    }
    throw new Error(`${operation}: no answer after ${maxTries} tries`);
  };

  const answers = await Promise.all(callers.map(untilAnswered));
  const byOperation = Map.groupBy(
    answers.map((answer, index) => ({ answer, operation: callers[index] ?? '' })),
    ({ operation }) => operation,
  );
  return {
    answers: new Map([...byOperation].map(([operation, group]) => [operation, group.map(({ answer }) => answer)])),
    kills: killed.size,
    interruptions,
  };
};

const shuffled = <Item>(items: readonly Item[], random: () => number): Item[] =>
  items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
