import { type ExitName, exitCodes } from './exit-codes.ts';

/** What ends a command, in words for whoever typed it: what is wrong, and the cure. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string, cause?: unknown) {
    super(message, { cause });
    this.exit = exit;
  }

  get exitCode(): number {
    return exitCodes[this.exit];
  }
}
