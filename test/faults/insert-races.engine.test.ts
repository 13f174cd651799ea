import { describe, expect, it } from 'vitest';
import { refusedWith } from '../../infra/local/faults/fault.ts';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import type { Fault } from '../support/fault-proxy.ts';
import { httpApiEvent } from '../support/lambda.ts';
import { behindProxy, codeOf } from './harness.ts';

onEachEngineAndClient((database) => {
  /** A single insert whose first tries meet `faults`, while another request inserts `theirs` under the same key. */
  const race = async (faults: Fault[], mine: object, theirs: object) => {
    const { proxy, writing, orders } = await behindProxy(database);
    const other = await behindProxy(database);
    const table = await orders();
    const insert = (item: object) => (writes: Parameters<Parameters<typeof writing>[0]>[0]) =>
      writes.insert(table, { orderId: '1', ...item });
    proxy.plan('PutItem', [
      ...faults,
      async () => {
        expect(await other.writing(insert(theirs)).call(httpApiEvent())).toMatchObject({ statusCode: 201 });
        return 'pass';
      },
    ]);
    const answer = await writing(insert(mine)).call(httpApiEvent());
    expect(await database.items(table.tableName)).toEqual([{ orderId: '1', ...theirs }]);
    return answer;
  };

  describe.concurrent('a single insert that another request’s item preceded', () => {
    it.each<[string, Fault[]]>([
      ['whose first try never reached the engine', ['refuse']],
      ['whose first tries all never reached the engine', ['refuse', 'refuse', 'refuse']],
      ['whose first try was throttled', [refusedWith('ProvisionedThroughputExceededException')]],
    ])('%s, is a duplicate of a different item', async (_name, faults) => {
      expect(codeOf(await race(faults, { by: 'me' }, { by: 'another' }))).toBe('DUPLICATE');
    });

    it.each<[string, Fault[]]>([
      ['once', [refusedWith('ThrottlingException')]],
      [
        'on all tries of the SDK',
        Array.from({ length: 3 }, () => refusedWith('ProvisionedThroughputExceededException')),
      ],
    ])(
      'is a duplicate of an identical item when it was throttled %s: a refused try wrote nothing',
      async (_name, faults) => {
        expect(codeOf(await race(faults, { by: 'any' }, { by: 'any' }))).toBe('DUPLICATE');
      },
    );

    it('succeeds on an identical item when a try went unanswered: nothing tells it from its own', async () => {
      expect(await race(['refuse'], { by: 'any' }, { by: 'any' })).toMatchObject({ statusCode: 201 });
    });
  });

  describe.concurrent('a single insert whose answer was lost', () => {
    it('is a duplicate of nothing when its item was changed or deleted before the retry', async () => {
      const { proxy, writing, orders } = await behindProxy(database);
      const table = await orders();
      const { call } = writing((writes) => writes.insert(table, { orderId: '1', state: 'new' }));
      const { call: ship } = (await behindProxy(database)).writing((writes) =>
        writes.put(table, { orderId: '1', state: 'shipped' }),
      );
      proxy.plan('PutItem', [
        'lose-answer',
        async () => {
          await ship(httpApiEvent());
          return 'pass';
        },
      ]);
      // The item that is there differs from ours, so that this can't be told from another's insert. It is not written twice.
      expect(codeOf(await call(httpApiEvent()))).toBe('DUPLICATE');
      expect(await database.items(table.tableName)).toEqual([{ orderId: '1', state: 'shipped' }]);
    });
  });
});
