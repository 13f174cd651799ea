import { type IdempotencyErrorCode, statusCodes } from '../../base/error.ts';
import { field, isObject } from '../../base/fields.ts';
import { statusOf } from './response.ts';

export const problemType = 'urn:middy-idempotency:problem:';

const codes = new WeakMap<object, IdempotencyErrorCode>();

/** Marks an answer as a refusal of this library's, whatever its form. */
export const asRefusal = <Answer>(answer: Answer, code: IdempotencyErrorCode): Answer => {
  if (isObject(answer)) codes.set(answer, code);
  return answer;
};

/**
 * What this library has refused by an answer that it made: the marked object, or a copy that has still its status and problem details,
 * also one that has come from another function. Anything else is a handler's own answer.
 */
export const refusalOf = (answer: unknown): IdempotencyErrorCode | undefined => {
  const known = isObject(answer) && codes.get(answer);
  if (known) return known;
  const body = field(answer, 'body');
  const [, name] = (typeof body === 'string' && problem.exec(body)) || [];
  const code = name?.toUpperCase().replaceAll('-', '_') as IdempotencyErrorCode | undefined;
  return code && Object.hasOwn(statusCodes, code) && statusCodes[code] === statusOf(answer) ? code : undefined;
};

const problem = new RegExp(`^\\{"type":"${problemType}([a-z-]+)"`);
