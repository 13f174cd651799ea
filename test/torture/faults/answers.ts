import type { IncomingMessage } from 'node:http';
import type { Draw } from '../draw.ts';
import type { FaultKind } from './fault-kinds.ts';

export interface Refusal {
  status: number;
  body: string | Buffer;
}

const errorOf = (status: number, name: string, more: object = {}): Refusal => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name, ...more }),
});

/** What the engine is made to say; `undefined` where it is not made to say anything. */
export const refusalFor = (
  fault: FaultKind,
  request: IncomingMessage,
  body: Buffer,
  draw: Draw,
): Refusal | undefined => {
  if (fault === 'error-before' || fault === 'error-after') return errorOf(500, 'InternalServerError');
  if (fault === 'throttle') {
    return errorOf(400, draw.pick(['ProvisionedThroughputExceededException', 'ThrottlingException']));
  }
  return fault === 'conflict' ? conflict(String(request.headers['x-amz-target']), body, draw) : undefined;
};

/** Neither engine has conflicts by itself. */
const conflict = (target: string, body: Buffer, draw: Draw): Refusal => {
  if (target.endsWith('GetItem')) return errorOf(400, 'ThrottlingException');
  if (!target.endsWith('TransactWriteItems')) return errorOf(400, 'TransactionConflictException');
  if (draw.chance(0.3)) return errorOf(400, 'TransactionInProgressException');
  const { TransactItems } = JSON.parse(body.toString()) as { TransactItems: unknown[] };
  const loser = draw.between(0, TransactItems.length - 1);
  const codes = TransactItems.map((_, index) => (index === loser ? 'TransactionConflict' : 'None'));
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`;
  return errorOf(400, 'TransactionCanceledException', {
    message,
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
};
