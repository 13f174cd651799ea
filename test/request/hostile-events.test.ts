import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHttpRequest } from '../../functions/idempotency/request/http/request.ts';
import { routeOf } from '../../functions/idempotency/request/http/route-of.ts';
import { principalOf } from '../../functions/idempotency/request/principal/principal-of.ts';
import {
  keyOfSource,
  payloadOfSource,
  unnamedReason,
} from '../../functions/idempotency/request/sources/source-event.ts';
import { fixture } from './fixture.ts';

const names = readdirSync(join(import.meta.dirname, '../fixtures/events')).map((file) => file.replace('.json', ''));

/** The value with the one that is reached by the numbers replaced: each says which of the fields to go on with. */
const replaced = (value: unknown, [step, ...steps]: readonly number[], by: unknown): unknown => {
  if (step === undefined || typeof value !== 'object' || value === null) return by;
  const fields = Object.keys(value);
  const name = fields[step % Math.max(fields.length, 1)];
  if (name === undefined) return by;
  const inner = replaced((value as Record<string, unknown>)[name], steps, by);
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === name ? inner : item))
    : { ...value, [name]: inner };
};

const changed = / is (no plain object|not text|not `true` or `false`), as AWS sends it/;

// A fixed seed, so that a run that fails can be repeated.
const options = { seed: 20_260_101, numRuns: 300 };
const path = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 5 });

describe.each(names)('%s with anything in place of a field', (name) => {
  it('is read, or refused with the cure', () => {
    fc.assert(
      fc.property(path, fc.jsonValue(), (steps, by) => {
        const event = replaced(fixture(name), steps, by);
        const request = toHttpRequest(event);
        const readers = [() => routeOf(event), () => request?.query(), () => request?.body().identity()];
        for (const read of [...readers, () => payloadOfSource(event)]) {
          try {
            read();
          } catch (error) {
            expect(String(error)).toMatch(changed);
          }
        }
        keyOfSource(event);
        unnamedReason(event);
        try {
          principalOf(event);
        } catch (error) {
          const unreadable = /^TypeError: .* does not identify the caller .*(scope|principalId)/;
          expect(String(error)).toMatch(new RegExp(`${unreadable.source}|${changed.source}`));
        }
      }),
      options,
    );
  });
});
