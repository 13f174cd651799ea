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
)(
  'G163: G238: through $service, answers are marked where that looks, beside the headers they had ($kind)',
  async (sent) => {
    const first = { statusCode: 201, ...sent.headers, body: '' };
    const handler = middy(async (): Promise<unknown> => first).use(
      idempotencyKey({ store: memoryStore(), key: () => 'k', scope: () => 's' }) as middy.MiddlewareObj,
    );
    const send = async () =>
      (await handler(sent.event, lambdaContext())) as Record<string, Record<string, unknown> | undefined>;
    const marksOf = (answer: Awaited<ReturnType<typeof send>>, name: string) =>
      sent.places.flatMap((place) => answer[place]?.[name] ?? []);
    const answer = await send();
    expect(answer).toMatchObject(first);
    expect(marksOf(answer, 'idempotency-key-max-age')).toEqual(['86400']);
    expect(marksOf(answer, 'idempotent-replayed')).toEqual([]);
    const replay = await send();
    expect(replay).toMatchObject(first);
    expect(marksOf(replay, 'idempotency-key-max-age')).toEqual([expect.stringMatching(/^86\d{3}$/)]);
    expect(marksOf(replay, 'idempotent-replayed')).toEqual(['true']);
  },
);

it('G238: what the handler has answered by these names, in any case, doesn’t stand beside them', async () => {
  const passedOn = { 'Idempotency-Key-Max-Age': '5', 'Idempotent-Replayed': 'false', etag: 'x' };
  const handler = middy(async () => ({ statusCode: 201, headers: passedOn })).use(
    idempotencyKey({ store: memoryStore(), key: () => 'k', scope: () => 's' }) as middy.MiddlewareObj,
  );
  const named = { etag: 'x', 'idempotency-key-max-age': '86400' };
  expect(await handler(httpApiEvent(), lambdaContext())).toEqual({
    statusCode: 201,
    headers: { ...named, 'Idempotent-Replayed': 'false' },
  });
  expect(await handler(httpApiEvent(), lambdaContext())).toMatchObject({
    headers: { etag: 'x', 'idempotent-replayed': 'true' },
  });
});
