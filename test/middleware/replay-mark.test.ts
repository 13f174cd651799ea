import middy from '@middy/core';
import { expect, it } from 'vitest';
import { idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { fixture } from '../request/fixture.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const rest = (more: object = {}) => ({ ...fixture('rest-iam'), httpMethod: 'POST', ...more });

/** Where each service reads the headers of a response, by its documentation. */
const services = {
  'a REST API': [rest(), ['headers', 'multiValueHeaders']],
  'an HTTP API, format 1.0': [fixture('http-v1-format'), ['headers', 'multiValueHeaders']],
  'an HTTP API, format 2.0': [httpApiEvent(), ['headers']],
  'a function URL': [fixture('url-none'), ['headers']],
  'a load balancer': [fixture('alb-oidc'), ['headers']],
  'a load balancer with multi-value headers': [fixture('alb-multi-value'), ['multiValueHeaders']],
  'VPC Lattice, format 1.0': [fixture('lattice-v1'), ['headers']],
  'VPC Lattice, format 2.0': [fixture('lattice-v2'), ['headers']],
} as const satisfies Record<string, readonly [object, readonly string[]]>;

const responses = {
  none: {},
  headers: { headers: { etag: 'x' } },
  multiValueHeaders: { multiValueHeaders: { etag: ['x'] } },
  both: { headers: { etag: 'x' }, multiValueHeaders: { 'x-all': ['1', '2'] } },
};

it.each(
  Object.entries(services).flatMap(([service, [event, places]]) =>
    Object.entries(responses).map(([kind, headers]) => ({ service, event, places, kind, headers })),
  ),
)('G163: through $service, a replay is marked where that looks, beside the headers it had ($kind)', async (sent) => {
  const first = { statusCode: 201, ...sent.headers, body: '' };
  const handler = middy(async (): Promise<unknown> => first).use(
    idempotencyKey({ store: memoryStore(), key: () => 'k', scope: () => 's' }) as middy.MiddlewareObj,
  );
  expect(await handler(sent.event, lambdaContext())).toEqual(first);
  const replay = (await handler(sent.event, lambdaContext())) as Record<string, Record<string, unknown> | undefined>;
  const marks = sent.places.flatMap((place) => replay[place]?.['idempotent-replayed']);
  expect(marks.filter((mark) => mark !== undefined)).toEqual(['true']);
  expect(replay).toMatchObject(first);
});
