import { describe, expect, it } from 'vitest';
import { onEachEngine } from '../support/dynamodb.ts';
import { everyWay, remembering } from '../support/every-way.ts';
import { codeOf } from '../support/stacked.ts';

onEachEngine((database) => {
  describe.each(everyWay)('an answer under %s', (way) => {
    it.each<[what: string, body: unknown]>([
      ['bytes', Buffer.from('%PDF')],
      ['a Map', new Map([['paid', 12]])],
    ])('G311: that JSON can’t say (%s) is the first caller’s only', async (_what, body) => {
      const { call } = await remembering(database, way, () => ({ statusCode: 200, body }));
      expect((await call()).body).toBe(body);
      const repeat = await call().catch((error: unknown) => error);
      const code = repeat instanceof Error ? (repeat as { code?: string }).code : codeOf(repeat as never);
      expect(code).toBe('RESULT_UNAVAILABLE');
    });
  });

  it.each(everyWay.filter((way) => way !== 'makeIdempotent'))(
    'G311: a date is text in the answer of %s, for the first caller and for a repeat',
    async (way) => {
      const { call } = await remembering(database, way, () => ({ statusCode: 200, body: { at: new Date(0) } }));
      for (const _ of [1, 2]) expect((await call()).body).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    },
  );
});
