/** What the process ends with, for scripts. */
export const exitCodes = {
  /** Done; or, of a dry run, it would be done. */
  done: 0,
  /** A fault of this tool. */
  fault: 1,
  /** The command line is wrong. */
  usage: 2,
  /** There is no such record. */
  absent: 3,
  /** The library's conditions refuse it: somebody may still be running it, it is settled, it has changed meanwhile. */
  refused: 4,
  /** DynamoDB can't be asked: no credentials, no table, no permission, throttled, no answer; or the API that is checked. */
  unreachable: 5,
  /** `guards` has found something, `list --exit-code` has listed something, or an API breaks a rule of `check`. */
  findings: 6,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const satisfies Record<string, number>;

export type ExitName = keyof typeof exitCodes;
