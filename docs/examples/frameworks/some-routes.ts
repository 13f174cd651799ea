import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda';
import { idempotencyKey, principalOf, routeOf } from 'middy-idempotency';
import { unguarded } from './hono.ts';

type HttpApiEvent = Extract<LambdaEvent, { rawPath: string }>;

const protectedElsewhere: ReadonlySet<string> = new Set(['/refunds']); // in the route, by `refundOnce`

const once = middy(unguarded).use(
  idempotencyKey({
    scope: (event) => [principalOf(event), routeOf(event), event.requestContext.http.method, event.rawPath], // see below
  }),
);

export const handler = async (event: HttpApiEvent, context: Context & LambdaContext) =>
  protectedElsewhere.has(event.rawPath) ? unguarded(event, context) : once(event, context);
