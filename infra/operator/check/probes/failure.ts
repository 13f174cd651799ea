import { NotTried } from '../not-tried.ts';
import { type Exchange, isSuccess } from '../target/exchange.ts';
import type { Operation } from '../target/operation.ts';
import { filled } from '../target/operation.ts';
import { runCommand } from '../target/shell-command.ts';
import type { Target } from '../target/target.ts';

export interface FailureSeen {
  failed: Exchange;
  /** The last of the repeats, which were sent for as long as a conflict was answered. */
  retried: Exchange;
  /** One more, after a repeat that was done. */
  repeat: Exchange | undefined;
}

/** A request that fails, and its repeats when the target works again. */
export const probeFailure = async (target: Target): Promise<FailureSeen> => {
  const { fail } = target.settings;
  if (!fail) throw new NotTried('give --fail-header, --fail-body or --fail-command');
  const operation = target.newOperation();
  const body = fail.body === undefined ? {} : { body: fail.body };
  const run = async (option: string, command: string | undefined) => {
    if (command) await runCommand(option, filled(command, operation));
  };
  await run('--fail-command', fail.command);
  const failed = await target.send('failing', operation, { headers: fail.headers, ...body });
  await run('--mend-command', fail.mendCommand);
  if (failed.answer.status > 0 && failed.answer.status < 500) {
    throw new NotTried(`the target was to fail, but answered ${failed.answer.status}`);
  }
  const retried = await retry(target, operation, body);
  return { failed, retried, repeat: isSuccess(retried) ? await target.send('repeat', operation, body) : undefined };
};

const shortestWaitMs = 100;

const retry = async (target: Target, operation: Operation, body: { body?: string }): Promise<Exchange> => {
  const deadlineMs = performance.now() + target.settings.patienceMs;
  for (;;) {
    const exchange = await target.send('after-failure', operation, body);
    const { status, headers } = exchange.answer;
    const waitMs = Math.max(shortestWaitMs, Number(headers.get('retry-after') ?? 0) * 1000 || 0);
    if (status !== 409 || performance.now() + waitMs > deadlineMs) return exchange;
    await target.pause(waitMs);
  }
};
