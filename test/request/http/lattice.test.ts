import { describe, expect, it } from 'vitest';
import { toHttpRequest } from '../../../functions/idempotency/request/http/request.ts';
import { changed, fixture } from '../fixture.ts';

const read = (event: unknown) => {
  const request = toHttpRequest(event);
  if (!request) throw new Error('not a VPC Lattice event');
  return request;
};

describe.each(['lattice-v1', 'lattice-v2'])('a request of %s', (name) => {
  it('is read like every other HTTP request', () => {
    const request = read(fixture(name));
    expect(request).toMatchObject({ method: 'POST', path: '/orders/1', pathParameters: {} });
    expect(request.header('Idempotency-Key')).toEqual(['k-1']);
    expect(request.body().text).toBe('{"amount":1}');
    expect(request.query().values).toEqual({ tag: ['a', 'b'] });
  });
});

describe('a VPC Lattice request', () => {
  it('in format 1.0 without a query on its path has the parameters that are told', () => {
    expect(read(changed(fixture('lattice-v1'), { raw_path: '/orders/1' })).query().values).toEqual({ tag: ['b'] });
  });

  it('may have a parameter called like a member of Object', () => {
    const told = {
      raw_path: '/?__proto__=1&toString=2',
      query_string_parameters: JSON.parse('{"__proto__":"1","toString":"2"}'),
    };
    const query = read(changed(fixture('lattice-v1'), told)).query().values;
    expect(Object.entries(query)).toEqual([
      ['__proto__', ['1']],
      ['toString', ['2']],
    ]);
  });

  it('compares a body that is no text by its bytes', () => {
    expect(
      read(changed(fixture('lattice-v1'), { body: '//79' }))
        .body()
        .identity(),
    ).toMatch(/^bytes /);
  });
});
