import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Beyond what a network takes. */
const noticeableMs = 5000;

export interface ServerClock {
  /** Epoch milliseconds by DynamoDB's clock, once it has answered. */
  now(): number;
  /** How far this machine's clock is ahead, if it is so far that leases would be misjudged. */
  skewMs(): number | undefined;
}

/**
 * Tells the time by the answers of DynamoDB: a laptop's clock that is ahead would take a lease that still protects somebody for over.
 */
export const serverClock = (client: DynamoDBClient): ServerClock => {
  let aheadMs = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const output = await next(args);
      const { headers } = output.response as { headers?: Record<string, string> };
      const serverMs = Date.parse(headers?.['date'] ?? '');
      // The header has whole seconds, so that an honest clock looks ahead by up to one.
      const differenceMs = Date.now() - serverMs;
      if (Number.isFinite(differenceMs)) aheadMs = Math.abs(differenceMs) > noticeableMs ? differenceMs : 0;
      return output;
    },
    { step: 'deserialize', name: 'middy-idempotency-clock', priority: 'low' },
  );
  return { now: () => Date.now() - aheadMs, skewMs: () => aheadMs || undefined };
};
