import type { Context } from 'aws-lambda';
import { isLambdaInit } from '../base/lambda-init.ts';
import type { IdempotencyStore } from '../record/store.ts';
import { toIncoming } from '../request/incoming.ts';
import { operationByKey } from './keyed-operation.ts';

/** As API Gateway sends it. */
const sample = {
  version: '2.0',
  rawPath: '/',
  headers: { 'idempotency-key': 'rehearsal' },
  requestContext: { domainName: 'rehearsal', http: { method: 'POST', path: '/' } },
  body: '{"rehearsal":1}',
};

/** Names an operation that nobody asked for, so that the first request doesn't run all of that code for the first time. Calls nothing of the user's. */
export const rehearseDescription = ({ warmsUp }: IdempotencyStore): void => {
  if (!warmsUp || !isLambdaInit()) return;
  operationByKey({ namespace: 'rehearsal' })(toIncoming(sample, {} as Context)).catch(() => undefined);
};
