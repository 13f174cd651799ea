import { warn } from '../base/warn.ts';

const switches: Readonly<Record<string, boolean>> = { '1': true, true: true, '0': false, false: false, '': false };

let warned = false;

/** Loud, but once per execution environment: nobody shall run unguarded without knowing. */
const warnOnce = (): void => {
  if (warned) return;
  warned = true;
  warn(
    'IDEMPOTENCY_DISABLED is set. NOTHING IS REMEMBERED: every request runs, repeats and duplicates too. ' +
      'Tokens of singleUseToken and unique constraints are still checked. Never set it where effects are real.',
  );
};

/**
 * Whether the environment variable `IDEMPOTENCY_DISABLED` switches the records off, for debugging on your machine.
 *
 * @throws {TypeError} when it is neither 1 or true nor 0, false or empty
 */
export const isDisabled = (): boolean => {
  const value = process.env['IDEMPOTENCY_DISABLED'] ?? '';
  const disabled = Object.hasOwn(switches, value) ? switches[value] : undefined;
  if (disabled === undefined) {
    throw new TypeError(`The environment variable IDEMPOTENCY_DISABLED must be 1, true, 0 or false, not "${value}".`);
  }
  if (disabled) warnOnce();
  return disabled;
};
