import { callerRules } from './callers.ts';
import { concurrencyRules } from './concurrency.ts';
import { crossOriginRules } from './cross-origin.ts';
import { failureRules } from './failures.ts';
import { keyRules } from './keys.ts';
import { otherPayloadRules } from './other-payload.ts';
import { refusalRules } from './refusals.ts';
import { repeatRules } from './repeats.ts';
import type { Rule } from './rule.ts';
import { safeMethodRules } from './safe-methods.ts';
import { windowRules } from './window.ts';

/** All that a target is judged by. */
export const rules: readonly Rule[] = [
  ...keyRules,
  ...repeatRules,
  ...otherPayloadRules,
  ...concurrencyRules,
  ...failureRules,
  ...callerRules,
  ...windowRules,
  ...refusalRules,
  ...safeMethodRules,
  ...crossOriginRules,
];
