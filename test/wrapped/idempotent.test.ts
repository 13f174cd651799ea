import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idempotent } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { bundleAsDeployed } from '../support/bundle.ts';
import { sampleRecord } from '../support/events.ts';
import { lambdaContext } from '../support/lambda.ts';

const root = join(import.meta.dirname, '../..');
const order = { id: 'o-1', amount: 100 };

// Bundled and minified as `NodejsFunction` does, because neither Node nor Vite runs decorators as they are.
describe.each([
  ['a standard decorator', false],
  ['under experimentalDecorators', true],
])('%s, bundled for Lambda', (_kind, experimentalDecorators) => {
  let folder: string;
  let fixture: typeof import('../fixtures/decorated.ts');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'decorated-'));
    const outfile = join(folder, 'index.mjs');
    await bundleAsDeployed({
      folder: root,
      entry: 'test/fixtures/decorated.ts',
      outfile,
      conditions: ['middy-idempotency-source'],
      experimentalDecorators,
    });
    fixture = await import(outfile);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const billing = (tenant = 'a') => {
    fixture.shared.store = memoryStore();
    return new fixture.Billing(tenant);
  };

  it('makes a method run once per key, whose operation it knows', async () => {
    const service = billing();
    const first = await service.charge(order, lambdaContext());
    expect(first).toEqual({ charged: 100, attempt: 1 });
    expect(await service.charge(order, lambdaContext())).toEqual(first);
    expect(service.runs).toBe(1);
    await expect(service.charge({ ...order, amount: 5 }, lambdaContext())).rejects.toMatchObject({
      code: 'PAYLOAD_MISMATCH',
    });
  });

  it('shares records between instances, unless the key tells them apart by `this`', async () => {
    const a = billing('a');
    const b = new fixture.Billing('b');
    await a.charge(order, lambdaContext());
    await b.charge(order, lambdaContext());
    expect([a.runs, b.runs]).toEqual([1, 0]);
    expect([await a.refund(order), await b.refund(order)]).toEqual(['a 100', 'b 100']);
  });

  it('names the operation by the record, where no key is given', async () => {
    const service = billing();
    await service.handle(sampleRecord('sqs'), lambdaContext());
    await service.handle(sampleRecord('sqs'), lambdaContext());
    expect(service.runs).toBe(1);
  });
});

describe('the decorator is refused at load', () => {
  it('on anything but a method', () => {
    const decorate = idempotent({ name: 'n', store: memoryStore() }) as (...args: unknown[]) => unknown;
    const method = async () => 1;
    expect(() => decorate(method, { kind: 'field', name: 'charge' })).toThrow('decorates methods only');
    expect(() => decorate({}, 'charge', { get: method })).toThrow('decorates methods only');
    expect(() => decorate({}, 'charge')).toThrow('decorates methods only');
    expect(() => decorate({}, 'charge', { value: method })).not.toThrow();
    expect(() => decorate(method, { kind: 'method', name: 'charge' })).not.toThrow();
  });

  it('without a name', () => {
    // @ts-expect-error the name is required
    const decorate = idempotent({ store: memoryStore() }) as (...args: unknown[]) => unknown;
    expect(() => decorate(async () => 1, { kind: 'method', name: 'charge' })).toThrow('`name` is missing');
  });
});
