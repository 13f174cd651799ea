import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeIdempotent, type ResultOverflow } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { aes } from '../support/aes.ts';

const memoryOverflow = (): ResultOverflow => {
  const objects = new Map<string, Uint8Array>();
  return {
    put: async (name, data) => void objects.set(name, data),
    get: async (name) => objects.get(name),
  };
};

const asJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

/** Without minus zero, which JSON can read but doesn't write. */
const json = fc.jsonValue().map(asJson);

/** Small and large, such as compress well and such as don’t, of one and of many bytes a character. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.integer({ min: 1, max: 5000 }))
    .map(([unit, count]) => unit.repeat(count)),
  fc.uint8Array({ minLength: 300_000, maxLength: 400_000 }).map((bytes) => Buffer.from(bytes).toString('base64')),
);
const result = fc.oneof(json, text, fc.record({ id: text, secret: text }), fc.constant(undefined));

it('G212: a `seal` that uses its memory again changes nothing that is kept', async () => {
  const memory = Buffer.alloc(1000);
  const flipped = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0x55);
  const encryption = {
    seal: (bytes: Uint8Array) => {
      memory.set(flipped(bytes));
      return memory.subarray(0, bytes.length);
    },
    open: flipped,
  };
  const options = { name: 'run', namespace: 'n', key: (id: string) => id, store: memoryStore(), encryption };
  const once = makeIdempotent(async (id: string) => `paid ${id}`, options);
  for (const id of ['a', 'b', 'a']) expect(await once(id)).toBe(`paid ${id}`);
});

describe('G212: whatever a result is, a repeat gets the same when it is sealed', () => {
  it('results', async () => {
    await fc.assert(
      fc.asyncProperty(result, async (value) => {
        const store = memoryStore({ overflow: memoryOverflow() });
        const run = async (): Promise<unknown> => value;
        const once = makeIdempotent(run, { name: 'run', namespace: 'n', key: () => 'k', store, encryption: aes() });
        await once();
        expect(await once()).toEqual(asJson(value));
      }),
      { numRuns: 60 },
    );
  });

  it('errors', async () => {
    await fc.assert(
      fc.asyncProperty(text, json, async (message, details) => {
        const store = memoryStore({ overflow: memoryOverflow() });
        const run = async (): Promise<never> => {
          throw Object.assign(new Error(message), { details });
        };
        const options = { name: 'run', namespace: 'n', key: () => 'k', store, encryption: aes() };
        const once = makeIdempotent(run, { ...options, keepErrors: () => true });
        await once().catch(() => undefined);
        const thrown = await once().catch((error: unknown) => error);
        expect(thrown).toMatchObject({ message });
        expect((thrown as { details: unknown }).details).toEqual(asJson(details));
      }),
      { numRuns: 40 },
    );
  });
});

describe.each([['text'], [[1, 2]], [{ length: 2 }], [new Map()]])('an overflow that gives %o', (given) => {
  it('G313: is never answered as if it were the result, and nothing runs again', async () => {
    const overflow = memoryOverflow();
    const store = memoryStore({ overflow: { put: overflow.put, get: async () => given as never } });
    let runs = 0;
    const run = async () => {
      runs += 1;
      return randomBytes(900_000).toString('base64');
    };
    const once = makeIdempotent(run, { name: 'run', namespace: 'n', key: () => 'k', store });
    await once();
    await expect(once()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(runs).toBe(1);
  });
});

describe('G210: whatever toStore gives, a repeat gets', () => {
  it('and the first caller what the function returned', async () => {
    await fc.assert(
      fc.asyncProperty(json, json, async (value, stored) => {
        const store = memoryStore();
        const redacted: (true | undefined)[] = [];
        const once = makeIdempotent(async (): Promise<unknown> => value, {
          name: 'run',
          namespace: 'n',
          key: () => 'k',
          store,
          toStore: () => stored,
          onEvent: (event) => {
            if (event.type === 'replayed') redacted.push(event.redacted);
          },
        });
        expect(await once()).toBe(value);
        expect(await once()).toEqual(asJson(stored));
        expect(redacted).toEqual([JSON.stringify(stored) === JSON.stringify(value) ? undefined : true]);
      }),
    );
  });
});
