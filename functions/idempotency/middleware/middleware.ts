import type { Context } from 'aws-lambda';

interface MiddyRequest<TEvent, TContext> {
  event: TEvent;
  context: TContext;
  response: unknown;
  earlyResponse?: unknown;
  error: Error | null | undefined;
  internal: Record<never, never>;
}

type Hook<TEvent, TContext> = (request: MiddyRequest<TEvent, TContext>) => unknown;

/**
 * What `use` of Middy 6 and 7 takes, for handlers of this event.
 *
 * In structure Middy's own `MiddlewareObj`, which declarations for CommonJS can't name: it is an ES module's.
 */
export interface Middleware<TEvent = unknown, TContext = Context> {
  before?: Hook<TEvent, TContext>;
  after?: Hook<TEvent, TContext>;
  onError?: Hook<TEvent, TContext>;
}

/** A middleware that takes any event asks nothing of the handler's. */
export type MiddlewareFor<TEvent, TContext> = Middleware<unknown extends TEvent ? unknown : TEvent, TContext>;
