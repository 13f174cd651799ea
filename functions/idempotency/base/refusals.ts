import { IdempotencyError } from './error.ts';

// Every refusal by name, so that no two places say the same thing in other words. Titles and details are those of
// draft-ietf-httpapi-idempotency-key-header-07, section 2.7, where it gives them.

/** What the caller sent to name the operation, as messages call it. */
export type Subject = 'Idempotency-Key' | 'Token' | 'Key';

const usage = 'This operation is idempotent and it requires correct usage of Idempotency Key.';

const illegalArgument = (title: string, detail: string, cause?: unknown): IdempotencyError =>
  new IdempotencyError('ILLEGAL_ARGUMENT', detail, { title, ...(cause !== undefined && { cause }) });

export const keyHeaderMissing = (): IdempotencyError => illegalArgument('Idempotency-Key is missing', usage);

export const keyMissing = (place: string): IdempotencyError =>
  illegalArgument(
    'The key of the operation is missing',
    `The key of this operation is taken from ${place}; the request lacks it, or part of it.`,
  );

/** An event in which nothing by itself names the operation. */
export const eventNamesNothing = (howToName: string): IdempotencyError => illegalArgument('Key is missing', howToName);

export const headerMalformed = (header: string, reason: string): IdempotencyError =>
  illegalArgument(`${header} is malformed`, `The header ${header} is malformed: ${reason}.`);

/** A key, scope or binding that holds something which can't be told from something else. */
export const cantBeNamed = (what: string, cause: unknown): IdempotencyError =>
  illegalArgument(
    'Key is malformed',
    `This can't be a key, or part of one: ${what}. Use text, numbers, dates, bytes, and arrays or plain objects of them.`,
    cause,
  );

/** The same for what may have no end: a getter can make new objects, which have the same getter. */
export const nestedTooDeeply = (name: string): IdempotencyError =>
  illegalArgument('Key is malformed', `${name} is nested deeper than 500 levels, or without end.`);

/** What the user's own callback waits for: an error of the function, like one that the callback throws. */
export const neverSettled = (option: string, ms: number): Error =>
  new Error(
    `The option \`${option}\` returned a promise that has not settled within ${Math.round(ms)} ms: give what it waits for a time ` +
      'limit of its own. Nothing was claimed, so it is safe to send the request again.',
  );

export const notComparable = (what: string, cause: unknown): IdempotencyError =>
  illegalArgument(
    'The request cannot be compared',
    `A repeat of this request couldn't be recognised: ${what}. Pass the option \`fingerprint\`: a function of what must be equal in both.`,
    cause,
  );

/** The same of an event: AWS sends nothing that can't be compared. */
export const eventNotComparable = (what: string, cause: unknown): IdempotencyError =>
  illegalArgument(
    'The request cannot be compared',
    `A repeat of this request couldn't be recognised: ${what}. Use the middleware that has put it there after the guard, or pass the ` +
      'option `fingerprint`: a function of what must be equal in both.',
    cause,
  );

/** A number that stands for others too, because a double can't hold what was sent. */
export const numberNotExact = (path: string): IdempotencyError =>
  illegalArgument(
    'Key is malformed',
    `${path} is a number that JavaScript can't represent exactly, so it could be taken for another one. Send it as text.`,
  );

/** A key that is made by an expression from something that the request lacks, or has in another form. */
export const keyNotSelectable = (cause: unknown): IdempotencyError =>
  illegalArgument(
    'Key is malformed',
    'The request lacks a value that its key is made of, or has it in an unexpected form.',
    cause,
  );

/** An event, or a part of one, that AWS writes as an object, and something has made another one of. */
export const notPlain = (what: string): IdempotencyError =>
  illegalArgument(
    'The request cannot be compared',
    `${what} is no plain object, as AWS sends it. Use the middleware that makes something else of it after the guard.`,
  );

/** A field of an event that AWS writes in one form, and something has changed. */
export const wrongType = (what: string, type: string): IdempotencyError =>
  illegalArgument(
    'The request cannot be compared',
    `${what} is not ${type}, as AWS sends it. Use the middleware that makes something else of it after the guard.`,
  );

/** A body or query that is sent such that two readers may find different things in it. */
export const notReadable = (place: 'body' | 'query', why: string): IdempotencyError =>
  illegalArgument('Key is malformed', `What names this operation can't be read from the ${place} for certain: ${why}.`);

export const scopeMissing = (): IdempotencyError =>
  illegalArgument('Scope is missing', 'The request lacks a value that the scope of this operation is made of.');

export const argumentsNameNothing = (detail: string): IdempotencyError =>
  illegalArgument('The arguments name no operation', detail);

/** A wrapped function with a key of its own, called with what looks like a request: by its form its caller could choose the scope. */
export const requestWithoutScope = (name: string): IdempotencyError =>
  argumentsNameNothing(
    `${name} has a \`key\` but no \`scope\`, and an argument looks like a request, or refers to one, or to what tells who called: of API ` +
      'Gateway, a load balancer, VPC Lattice, AppSync, MCP or a web framework. If it is an event of AWS, pass `scope: (event) => ' +
      '[principalOf(event), routeOf(event)]`; if not, pass a `scope` that names on whose behalf the call is made.',
  );

export const tokenMissing = (place: string): IdempotencyError =>
  illegalArgument('Token is missing', `This operation requires a token, in ${place}.`);

export const tokenMalformed = (reason: string): IdempotencyError =>
  illegalArgument('Token is malformed', `The token is malformed: ${reason}.`);

export const repetitive = (): IdempotencyError =>
  new IdempotencyError('REPETITIVE_OPERATION', 'The token is unknown, expired or has been used.', {
    title: 'Token is not valid',
  });

export const storeUnavailable = (cause: unknown): IdempotencyError =>
  new IdempotencyError('STORE_UNAVAILABLE', `The idempotency store is unavailable. ${(cause as Error).message}`, {
    title: 'Service is temporarily unavailable',
    retryAfterSeconds: 1,
    cause,
  });

export const duplicate = (attributes: readonly string[]): IdempotencyError =>
  new IdempotencyError('DUPLICATE', `An item with the same ${attributes.join(' and ')} already exists.`, {
    title: 'Already exists',
  });

export const conditionFailed = (): IdempotencyError =>
  new IdempotencyError('CONDITION_FAILED', 'A condition of this operation does not hold, so nothing was written.', {
    title: 'A condition does not hold',
  });

const mismatches: Readonly<Record<Subject, string>> = {
  'Idempotency-Key': `${usage} Idempotency Key MUST not be reused across different payloads of this operation.`,
  Token: 'The token was used with another payload, or elsewhere. Get a new token for another operation.',
  Key: 'The key was used with other arguments. Another operation needs another key.',
};

export const payloadMismatch = (subject: Subject): IdempotencyError =>
  new IdempotencyError('PAYLOAD_MISMATCH', mismatches[subject], { title: `${subject} is already used` });

export const inProgress = (subject: Subject, retryAfterSeconds = 1): IdempotencyError =>
  new IdempotencyError(
    'IN_PROGRESS',
    `A request with the same ${subject} for the same operation is being processed or is outstanding.`,
    { title: `A request is outstanding for this ${subject}`, retryAfterSeconds },
  );

export const outcomeUnknown = (): IdempotencyError =>
  new IdempotencyError(
    'OUTCOME_UNKNOWN',
    'An earlier request for this operation ended without an answer. It may have taken effect, so it is not repeated.',
    { title: 'The outcome of this operation is unknown' },
  );

/** Neither the token nor an answer is left: who has used it up can't be found out. */
export const tokenOutcomeUnknown = (): IdempotencyError =>
  new IdempotencyError(
    'OUTCOME_UNKNOWN',
    'The token may have been used up by this request, which has not been processed. Get a new token, and send the request again.',
    { title: 'The outcome of this operation is unknown' },
  );

/** Writes that were sent, and never answered: nothing would tell a repeat that they are done. */
export const commitUnknown = (cause: unknown): IdempotencyError =>
  new IdempotencyError(
    'OUTCOME_UNKNOWN',
    'The answer of the database was lost, so it is unknown whether this request was carried out. Find out before you send it again.',
    { title: 'The outcome of this operation is unknown', cause },
  );

export const resultUnavailable = (reason: string, cause?: unknown): IdempotencyError =>
  new IdempotencyError(
    'RESULT_UNAVAILABLE',
    `This operation has been done and is not repeated, but its result is unavailable: ${reason}.`,
    { title: 'The result of this operation is unavailable', ...(cause !== undefined && { cause }) },
  );

/** What was refused after a token had been used up for it: sent again, the same request would be refused for its token. */
export const tokenSpent = (refusal: IdempotencyError): unknown =>
  refusal.retryable
    ? new IdempotencyError(refusal.code, `${refusal.message} The token is used up: get a new token to try again.`, {
        title: refusal.title,
        retryable: false,
        cause: refusal,
      })
    : refusal;
