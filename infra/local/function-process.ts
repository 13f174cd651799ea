import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { functionArn } from './account.ts';
import { functionEnvironment } from './function-environment.ts';
import { type InvocationOutcome, invocationError, payloadLimitBytes } from './invocation.ts';
import type { FunctionModel } from './model.ts';
import { killGroup, type OwnedProcess, spawnOwned } from './owned-process.ts';
import { type Delivery, startRuntimeApi } from './runtime-api.ts';

/** Somebody who looks on at one execution environment. */
export type EnvironmentWatch = {
  /** Variables that this environment alone is given. */
  readonly environment: Readonly<Record<string, string>>;
  /** Once its process runs. */
  started(kill: () => void): void;
  invoked(requestId: string, payload: string): void;
  wrote(line: string): void;
  exited(): void;
};

export type FunctionHost = {
  /** Where the functions find DynamoDB. */
  endpoint?: string;
  watch?: (fn: FunctionModel) => EnvironmentWatch;
  log: (line: string) => void;
  /** How long a cold start may take. @default 10_000, as on Lambda */
  initLimitMs?: number;
};

/** An execution environment: one process, one invocation at a time. */
export type FunctionProcess = {
  readonly pid: number;
  readonly alive: boolean;
  readonly exited: Promise<void>;
  invoke(payload: string): Promise<InvocationOutcome>;
  kill(): void;
};

type Running = {
  id: string;
  finish: (outcome: InvocationOutcome) => void;
  /** Counts once the runtime is ready for the next invocation, or gone. */
  answer?: InvocationOutcome;
};

const runtimeClient = createRequire(import.meta.url).resolve('aws-lambda-ric');
const runtimeHook = new URL('./ric-hook.mjs', import.meta.url).href;

export async function startFunctionProcess(fn: FunctionModel, host: FunctionHost): Promise<FunctionProcess> {
  const initialized = Promise.withResolvers<InvocationOutcome | undefined>();
  const exited = Promise.withResolvers<void>();
  let deliverNext: ((delivery: Delivery) => void) | undefined;
  let running: Running | undefined;
  let timedOut = false;
  let ending: InvocationOutcome | undefined;

  const answer = (id: string, outcome: InvocationOutcome) => {
    if (running?.id === id) running.answer = outcome;
  };
  const api = await startRuntimeApi({
    next(deliver) {
      deliverNext = deliver;
      initialized.resolve(undefined);
      if (running?.answer) running.finish(running.answer);
    },
    response(id, payload) {
      const fits = Buffer.byteLength(payload) <= payloadLimitBytes;
      const tooLarge = `the response is larger than ${payloadLimitBytes} bytes`;
      answer(id, fits ? { status: 'success', payload } : invocationError('Function.ResponseSizeTooLarge', tooLarge));
    },
    error: (id, payload) => answer(id, { status: 'error', payload }),
    initError: (payload) => initialized.resolve({ status: 'error', payload }),
  });

  const watch = host.watch?.(fn);
  const child = await spawnRuntime(fn, host, api.address, watch?.environment).catch((error: unknown) => {
    api.close();
    throw error;
  });
  watch?.started(() => killGroup(child));
  const log = (line: string) => host.log(`[${fn.name} ${child.pid}] ${line}`);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log(line);
      watch?.wrote(line);
    });
  }

  const killForTimeout = (message: string) => {
    log(message);
    timedOut = true;
    killGroup(child);
  };
  const { initLimitMs = 10_000 } = host;
  const initTimer = setTimeout(killForTimeout, initLimitMs, `Init timed out after ${initLimitMs / 1000} seconds`);
  void initialized.promise.then(() => clearTimeout(initTimer));

  child.once('exit', (code, signal) => {
    api.close();
    const reason = signal ? `signal: ${signal}` : `exit status ${code}`;
    const message = `Runtime exited with error: ${reason}`;
    ending = timedOut ? { status: 'timeout' } : invocationError('Runtime.ExitError', message);
    if (running && !running.answer && !timedOut) log(message);
    initialized.resolve(ending);
    running?.finish(running.answer ?? ending);
    watch?.exited();
    exited.resolve();
  });

  return {
    pid: child.pid,
    get alive() {
      return ending === undefined;
    },
    exited: exited.promise,
    kill: () => killGroup(child),
    async invoke(payload) {
      const failure = (await initialized.promise) ?? ending;
      if (failure) {
        killGroup(child);
        await exited.promise;
        return failure;
      }
      const id = randomUUID();
      const outcome = new Promise<InvocationOutcome>((finish) => {
        running = { id, finish };
      });
      const timeout = setTimeout(killForTimeout, fn.timeoutMs, `Task timed out after ${fn.timeoutMs / 1000} seconds`);
      watch?.invoked(id, payload);
      deliverNext?.({ id, functionArn: functionArn(fn.name), deadlineMs: Date.now() + fn.timeoutMs, payload });
      try {
        return await outcome;
      } finally {
        clearTimeout(timeout);
        running = undefined;
      }
    },
  };
}

function spawnRuntime(
  fn: FunctionModel,
  { endpoint }: FunctionHost,
  runtimeApi: string,
  watched?: EnvironmentWatch['environment'],
): Promise<OwnedProcess> {
  return spawnOwned(process.execPath, ['--import', runtimeHook, runtimeClient], {
    cwd: fn.directory,
    env: { ...functionEnvironment(fn, runtimeApi, endpoint), ...watched },
  });
}
