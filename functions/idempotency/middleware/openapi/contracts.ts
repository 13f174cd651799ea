import type { IdempotencyErrorCode } from '../../base/error.ts';
import { isAnything } from '../../base/options.ts';
import { isRememberedStatus } from '../../protocol/verdict.ts';
import { checkKeyOptions, type IdempotencyKeyOptions } from '../idempotency-key-options.ts';
import { checkTokenOptions, type SingleUseTokenOptions } from '../single-use-token-options.ts';
import { checkUniqueIndexOptions, isKeyed, type UniqueIndexOptions } from '../unique-index-options.ts';
import { headerRef } from './components.ts';
import type { OpenApiContract, OpenApiReference } from './open-api.ts';
import { defaultKeyParameter, defaultTokenParameters, keyParameters, tokenParameters } from './parameters.ts';
import { refusalResponses } from './refusal-responses.ts';

interface Remembering {
  tellRetention?: boolean | undefined;
  toStore?: unknown;
  storeResponse?: unknown;
}

const replayHeaders = ({ toStore }: Remembering): Record<string, OpenApiReference> => ({
  'Idempotent-Replayed': headerRef('IdempotentReplayed'),
  ...(toStore !== undefined && { 'Idempotent-Redacted': headerRef('IdempotentRedacted') }),
});

/** Of the middlewares that say how long they remember. */
const tellingHeaders = (options: Remembering): Record<string, OpenApiReference> => ({
  ...replayHeaders(options),
  ...(options.tellRetention !== false && { 'Idempotency-Key-Max-Age': headerRef('IdempotencyKeyMaxAge') }),
});

/** A range or `default` may hold an answer that is remembered; what `storeResponse` decides is not known. */
const isReplayed =
  ({ storeResponse }: Remembering) =>
  (status: string): boolean =>
    storeResponse !== undefined || !/^\d{3}$/.test(status) || isRememberedStatus(Number(status));

const nothingReplayed = { headers: {}, isReplayed: () => false };

/**
 * What `idempotencyKey` with these options adds to an operation: parameters, refusals, and headers of its answers. If `key` is a function
 * of your own, you describe its parameters; if there is an `onAnswer`, you describe what it does to answers.
 *
 * @throws {TypeError} as `idempotencyKey` does
 * @see OpenAPI 3.1
 *
 * @example
 * ```ts
 * const options = { afterCrash: 'reject' } as const;
 * const handler = middy(pay).use(idempotencyKey(options));
 * const post = withContract({ responses: { 201: { description: 'Paid' } } }, idempotencyKeyContract(options));
 * ```
 */
export const idempotencyKeyContract = (options: IdempotencyKeyOptions = {}): OpenApiContract => {
  checkKeyOptions(options);
  const { key, optional = false, afterCrash } = options;
  return {
    parameters: key ? keyParameters(key, !optional) : [defaultKeyParameter(!optional)],
    responses: refusalResponses(claimed(afterCrash)),
    headers: tellingHeaders(options),
    isReplayed: isReplayed(options),
  };
};

const claimed = (afterCrash: 'rerun' | 'reject' | undefined): IdempotencyErrorCode[] => [
  'ILLEGAL_ARGUMENT',
  'IN_PROGRESS',
  ...(afterCrash === 'reject' ? (['OUTCOME_UNKNOWN'] as const) : []),
  'RESULT_UNAVAILABLE',
  'PAYLOAD_MISMATCH',
  'STORE_UNAVAILABLE',
];

/**
 * What `singleUseToken` with these options adds to an operation.
 *
 * @throws {TypeError} as `singleUseToken` does
 *
 * @example
 * ```ts
 * const post = withContract({ responses: { 201: { description: 'Paid' } } }, singleUseTokenContract());
 * ```
 */
export const singleUseTokenContract = (options: SingleUseTokenOptions = {}): OpenApiContract => {
  checkTokenOptions(options);
  const parameters = options.token ? tokenParameters(options.token) : defaultTokenParameters();
  if (!options.retainResult) {
    const codes = [
      'ILLEGAL_ARGUMENT',
      'IN_PROGRESS',
      'REPETITIVE_OPERATION',
      'OUTCOME_UNKNOWN',
      'STORE_UNAVAILABLE',
    ] as const;
    return { parameters, responses: refusalResponses(codes), ...nothingReplayed };
  }
  return {
    parameters,
    responses: refusalResponses([...claimed(options.afterCrash), 'REPETITIVE_OPERATION']),
    headers: tellingHeaders(options),
    isReplayed: isReplayed(options),
  };
};

/**
 * What `uniqueIndex` with these options adds to an operation.
 *
 * @throws {TypeError} as `uniqueIndex` does
 *
 * @example
 * ```ts
 * const post = withContract({ responses: { 201: { description: 'Ordered' } } }, uniqueIndexContract());
 * ```
 */
export const uniqueIndexContract = (options: UniqueIndexOptions = {}): OpenApiContract => {
  checkUniqueIndexOptions(options, { rule: isAnything });
  const writes: IdempotencyErrorCode[] = [
    ...(options.onDuplicate ? [] : (['DUPLICATE'] as const)),
    'CONDITION_FAILED',
    'STORE_UNAVAILABLE',
  ];
  if (!isKeyed(options)) {
    return { parameters: [], responses: refusalResponses([...writes, 'OUTCOME_UNKNOWN']), ...nothingReplayed };
  }
  const { key, optional = false } = options;
  const remembered = ['ILLEGAL_ARGUMENT', 'IN_PROGRESS', 'RESULT_UNAVAILABLE', 'PAYLOAD_MISMATCH'] as const;
  return {
    parameters: keyParameters(key, !optional),
    responses: refusalResponses([...writes, ...remembered, ...(optional ? (['OUTCOME_UNKNOWN'] as const) : [])]),
    headers: replayHeaders(options),
    isReplayed: isReplayed(options),
  };
};
