import { readFile } from 'node:fs/promises';
import {
  type EncodedOutcome,
  type EncodedResult,
  encodeOutcome,
} from '../../../functions/idempotency/record/result.ts';
import { lastingOf } from '../../../functions/idempotency/request/http/response.ts';
import { type Change, type ChangeOptions, changeRecord } from '../change/change-record.ts';
import { refusal } from '../change/resolution.ts';
import { checkSealed, type SealOptions, sealedAnswer } from '../change/sealed-answer.ts';
import { simulateResolve, withResult } from '../change/simulate.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import type { Session } from '../connection/session.ts';
import type { ExitName } from '../exit-codes.ts';
import { OperatorError } from '../operator-error.ts';
import type { Seen } from '../records/seen.ts';
import { stateOf } from '../records/state.ts';
import { readRecordId } from './record-id.ts';
import { open, type RunContext } from './run-context.ts';

export interface CompleteOptions extends ConnectionOptions, ChangeOptions, SealOptions {
  with: string;
  replace?: boolean;
  retention: number;
}

/** Gives an operation that was done its answer: repeats get it. */
export const complete = async (id: string, options: CompleteOptions, context: RunContext): Promise<ExitName> => {
  const recordId = readRecordId(id);
  const answer = lastingOf(await readAnswer(options.with, context));
  const encoded = await encodeOutcome({ thrown: false, value: answer });
  const session = await open(options, context);
  const result = small(await sealedAnswer(encoded, options, session, recordId));
  const warnings = [...warningsOf(answer), ...(options.encryption === undefined ? [asItIs] : [])];
  return changeRecord(
    session,
    {
      command: 'complete',
      id: recordId,
      options,
      look: context.cure('show', recordId),
      suggest: context.suggest,
      plan: (seen, holder, nowMs) => {
        checkSealed(seen, options);
        if (seen.record.status === 'COMPLETED' && stateOf(seen, nowMs) !== 'expired') {
          return replacement(seen, { result, warnings, isMeant: options.replace ?? false }, session, nowMs);
        }
        const expiresAtSeconds = Math.ceil(nowMs / 1000) + options.retention;
        const request = { id: seen.record.id, nowMs, expiresAtSeconds, result, holder };
        const { outcome, after } = simulateResolve(seen, request, session.isPowertools);
        if (outcome !== 'resolved') throw refusal(seen, nowMs);
        return {
          after,
          answer: result,
          warnings,
          write: async () => (await session.store.resolve(request)) === 'resolved',
        };
      },
    },
    context.output,
  );
};

const replacement = (
  seen: Seen,
  { result, warnings, isMeant }: { result: EncodedResult; warnings: readonly string[]; isMeant: boolean },
  session: Session,
  nowMs: number,
): Change => {
  const isKept = stateOf(seen, nowMs) === 'done';
  if (isKept && !isMeant) {
    throw new OperatorError(
      'refused',
      'It is done, and its answer is stored (`show --result` shows it). To replace it, add --replace: callers that got the first answer are not told.',
    );
  }
  return {
    after: withResult(seen, result),
    answer: result,
    warnings: [...(isKept ? ['callers that got the first answer are not told of this one.'] : []), ...warnings],
    write: () => session.replaceAnswer(seen, result),
  };
};

const small = (result: EncodedOutcome): EncodedResult => {
  if (result.encoding === 'oversized') {
    throw new OperatorError(
      'usage',
      'The answer is too large for a record: 400 KB, compressed. Store a smaller one, such as where to find it.',
    );
  }
  return result;
};

const readAnswer = async (path: string, { stdin }: RunContext): Promise<unknown> => {
  let text: string;
  try {
    text = path === '-' ? await readAll(stdin) : await readFile(path, 'utf8');
  } catch (cause) {
    throw new OperatorError('usage', `The answer can't be read: ${(cause as Error).message}`, cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OperatorError(
      'usage',
      `The answer in ${path} is not JSON: ${(cause as Error).message}. It must be what the handler would have returned, for instance {"statusCode":201,"body":"{\\"id\\":1}"}.`,
      cause,
    );
  }
};

const readAll = async (stdin: AsyncIterable<Buffer | string>): Promise<string> => {
  const chunks: string[] = [];
  for await (const chunk of stdin) chunks.push(chunk.toString());
  return chunks.join('');
};

const asItIs = 'the answer is stored as it is, unsealed: if the function has `encryption`, pass --encryption FILE.';

/** An answer is stored as it is given, since only the function knows what stands around it. */
const warningsOf = (answer: unknown): string[] => {
  if (typeof answer !== 'object' || answer === null) return [];
  const { statusCode, body } = answer as { statusCode?: unknown; body?: unknown };
  if (statusCode === undefined) {
    return ['the answer has no statusCode. That is right for a function without HTTP; behind HTTP, callers get 500.'];
  }
  return body === undefined || typeof body === 'string'
    ? []
    : [
        'the body is not a string. That is right only if a response serializer stands outside the middleware; otherwise callers get 500.',
      ];
};
