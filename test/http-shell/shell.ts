import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import type { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import contentEncoding from '@middy/http-content-encoding';
import { plainHeaders } from '../../docs/examples/plain-headers.ts';
import { type IdempotentContext, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import type { IdempotencyStore } from '../../functions/idempotency/entries/types.ts';
import * as middy6 from '../middy-6/index.ts';
import * as middy7 from './middy-7.ts';

/** The registry has no content encoding for Middy 6: there, that of Middy 7 takes its place. */
export const versions = { 'Middy 6': { ...middy6, contentEncoding }, 'Middy 7': middy7 } as unknown as Readonly<
  Record<'Middy 6' | 'Middy 7', typeof middy7>
>;

export interface ShellParts {
  version: keyof typeof versions;
  store: IdempotencyStore;
  tracer: Tracer;
  origins: string[];
  pay(amount: unknown): Promise<{ statusCode: number; body: unknown }>;
}

export const exposed = 'Idempotency-Key-Max-Age, Idempotent-Replayed, Retry-After';

interface Payment {
  body: { amount: unknown };
}

/** A protected handler, in all the middlewares of HTTP and observability that stand around one. */
export const buildShell = ({ version, store, tracer, origins, pay }: ShellParts) => {
  const m = versions[version];
  const logger = new Logger({ serviceName: 'pay' });
  const metrics = new Metrics({ namespace: 'pay', serviceName: 'pay' });
  const exchanges: unknown[] = [];
  const errors: unknown[] = [];

  const operation = m
    .middy(async ({ body }: Payment, _context: IdempotentContext) => pay(body.amount))
    .use(idempotencyKey({ store, onEvent: () => undefined }));

  const hasAmount = {
    type: 'object',
    properties: { body: { type: 'object', required: ['amount'], properties: { amount: { type: 'integer' } } } },
  };
  const http = m
    .middy(operation)
    .use(
      m.cors({
        origins,
        credentials: true,
        exposeHeaders: exposed,
        headers: 'content-type,idempotency-key',
        methods: 'POST',
        disableBeforePreflightResponse: false,
      }),
    )
    .use(m.contentNegotiation())
    .use(m.contentEncoding())
    .use(
      m.responseSerializer({
        serializers: [
          { regex: /^application\/json$/, serializer: ({ body }) => JSON.stringify(body) },
          { regex: /^text\/plain$/, serializer: ({ body }) => `text: ${JSON.stringify(body)}` },
        ],
        defaultContentType: 'application/json',
      }),
    )
    .use(m.errorHandler({ logger: false }))
    .use(m.errorLogger({ logger: ({ error }) => errors.push(error) }))
    .use(m.jsonBodyParser())
    .use(m.validator({ eventSchema: m.transpileSchema(hasAmount) }));

  const handler = m
    .middy(http)
    .use(m.warmup())
    .use(plainHeaders())
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(captureLambdaHandler(tracer))
    .use(logMetrics(metrics))
    .use(m.inputOutputLogger({ logger: (message) => exchanges.push(structuredClone(message)) }))
    .use(m.securityHeaders())
    .before(() => {
      metrics.addMetric('Requests', 'Count', 1);
    })
    .after(({ response }) => {
      logger.appendKeys({ status: (response as { statusCode: number }).statusCode });
      logger.info('answered');
    });

  return {
    call: handler as unknown as (event: unknown, context: unknown) => Promise<Record<string, unknown>>,
    exchanges,
    errors,
  };
};
