import { describe, expect, it } from 'vitest';
import { toLatticeRequest } from '../../../functions/idempotency/request/http/lattice.ts';
import { changed, fixture } from '../fixture.ts';

const read = (event: unknown) => {
  const request = toLatticeRequest(event);
  if (!request) throw new Error('not a VPC Lattice event');
  return request;
};

describe.each(['lattice-v1', 'lattice-v2'])('a request of %s', (name) => {
  it('is read like every other HTTP request', () => {
    const request = read(fixture(name));
    expect(request).toMatchObject({ method: 'POST', path: '/orders/1', route: 'POST /orders/1', pathParameters: {} });
    expect(request.header('Idempotency-Key')).toEqual(['k-1']);
    expect(request.body()).toBe('{"amount":1}');
    expect(request.query()).toEqual({ tag: ['a', 'b'] });
  });
});

describe('a VPC Lattice request', () => {
  it('in format 1.0 without a query on its path has the parameters that are told', () => {
    expect(read(changed(fixture('lattice-v1'), { raw_path: '/orders/1' })).query()).toEqual({ tag: ['b'] });
  });

  it('may have a parameter called like a member of Object', () => {
    const query = read(changed(fixture('lattice-v1'), { raw_path: '/?__proto__=1&toString=2' })).query();
    expect(Object.entries(query)).toEqual([
      ['__proto__', ['1']],
      ['toString', ['2']],
    ]);
  });

  it('keeps a body that is no text as base64', () => {
    expect(read(changed(fixture('lattice-v1'), { body: '//79' })).body()).toBe('//79');
  });

  it.each(['http-jwt', 'http-v1-format', 'rest-iam', 'alb-oidc', 'url-none', 'sqs', 'bedrock-agent'])(
    'is not %s',
    (name) => {
      expect(toLatticeRequest(fixture(name))).toBeUndefined();
    },
  );
});
