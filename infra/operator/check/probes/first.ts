import { OperatorError } from '../../operator-error.ts';
import { exchangeText } from '../report/exchange-text.ts';
import { type Exchange, isSameAnswer, isSuccess } from '../target/exchange.ts';
import type { Operation } from '../target/operation.ts';
import type { Target } from '../target/target.ts';

/** What is done once before anything else, with keys of its own. */
export interface FirstSeen {
  operation: Operation;
  first: Exchange;
  /** The request with a quoted key, if the target takes only bare ones. */
  quotedRefused: Exchange | undefined;
  /** Another operation, with the same payload where that has no placeholder. */
  another: Exchange;
  anotherEffects: number | undefined;
  /** Whether an answer tells by itself which operation it is of. */
  isTelling: boolean;
}

const isStandardHeader = (name: string): boolean => name.toLowerCase() === 'idempotency-key';

/** @throws {OperatorError} when the request is not done at all: nothing can be said then */
export const probeFirst = async (target: Target): Promise<FirstSeen> => {
  const { keyHeader } = target.settings;
  let quotedRefused: Exchange | undefined;
  let operation = target.newOperation();
  target.keyForm = isStandardHeader(keyHeader) ? 'quoted' : 'bare';
  let first = await target.send('first', operation);
  if (!isSuccess(first) && target.keyForm === 'quoted') {
    quotedRefused = first;
    target.keyForm = 'bare';
    operation = target.newOperation();
    first = await target.send('first', operation);
  }
  if (!isSuccess(first)) throw notDone(first, target);
  const other = target.newOperation();
  const { another, effects } = await target.withEffects(other, async () => ({
    another: await target.send('first', other),
  }));
  return {
    operation,
    first,
    quotedRefused,
    another,
    anotherEffects: effects,
    isTelling: !isSameAnswer(first, another),
  };
};

const notDone = (exchange: Exchange, { settings }: Target): OperatorError => {
  const { status, body } = exchange.answer;
  return status === 0
    ? new OperatorError('unreachable', `Nothing answers at ${settings.url}: ${body}.`)
    : new OperatorError(
        'usage',
        `The first request itself is refused, so nothing can be said about repeats. Check URL, --method, --header, --body and --key-header.\n\n${exchangeText(exchange, settings)}`,
      );
};
