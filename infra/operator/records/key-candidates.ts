import { canonicalText } from '../../../functions/idempotency/request/comparison/canonical-text.ts';
import { UnnameableValue } from '../../../functions/idempotency/request/comparison/unnameable-value.ts';
import { OperatorError } from '../operator-error.ts';

const maxParts = 5;

/**
 * Every form in which a record may have the key that somebody reads from a log or hears on the phone: bare, quoted as in the header,
 * as JSON, or, of `fromBody('orderId')` and `combine(…)`, in lists.
 */
export const keyCandidates = (parts: readonly string[]): string[] => {
  if (parts.length > maxParts) throw new OperatorError('usage', `--key can be given ${maxParts} times at most.`);
  const forms = parts.map(formsOf);
  const combined = forms.reduce<unknown[][]>(
    (lists, partForms) => lists.flatMap((list) => partForms.map((form) => [...list, form])),
    [[]],
  );
  const keys: unknown[] = parts.length === 1 ? [...(forms[0] ?? []), ...combined] : combined;
  return [...new Set(keys.map(keyText).filter((text) => text !== undefined))];
};

/** A part alone, as JSON if it is that, and in a list of its own. */
const formsOf = (part: string): unknown[] => {
  const values: unknown[] = [part];
  try {
    values.push(JSON.parse(part));
  } catch {}
  return values.flatMap((value) => (Array.isArray(value) ? [value] : [value, [value]]));
};

const keyText = (key: unknown): string | undefined => {
  if (typeof key === 'string') return key;
  try {
    return canonicalText(key, 'name');
  } catch (error) {
    if (error instanceof UnnameableValue) return undefined;
    throw error;
  }
};

/** The same for Powertools, which hashes what was selected of the event. */
export const powertoolsCandidates = (parts: readonly string[]): unknown[] => {
  const forms = parts.map(formsOf);
  return parts.length === 1 ? (forms[0] ?? []) : [forms.map(([first]) => first), forms.map((all) => all.at(-1))];
};
