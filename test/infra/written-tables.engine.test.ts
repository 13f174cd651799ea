import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tableArn } from '../../infra/local/account.ts';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import { startRecorder } from './iam/recorder.ts';
import { ways } from './iam/writes.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/permissions.md'), 'utf8');

const actionsIn = (cell: string): string[] =>
  [...cell.matchAll(/`(\w+)`/g)].map(([, action]) => `dynamodb:${action}`).sort();

/** What the page says that each way to write needs, on the table and on that of its guards. */
const documented = new Map(
  [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, way = '', onTable = '', onGuards = '']) => [
    way,
    [actionsIn(onTable), actionsIn(onGuards)],
  ]),
);

it('the page on permissions has every way to write to tables of your own', () => {
  expect([...documented.keys()]).toEqual(Object.keys(ways));
});

onEachEngineAndClient((database) => {
  describe('G181: on tables of your own', () => {
    it.each(Object.keys(ways))('%s asks for exactly what the page on permissions says', async (way) => {
      const [items, guards] = [await database.createTable(), await database.createTable()];
      const recorder = await startRecorder(database.endpoint, (tableName) => ({
        name: tableName === items ? 'items' : 'guards',
        partitionKey: 'id',
      }));
      await ways[way]?.({
        client: database.openClient({ endpoint: recorder.endpoint }),
        unrecorded: database.openClient(),
        table: {
          tableName: items,
          partitionKey: 'id',
          unique: ['code'],
          guards: { tableName: guards, partitionKey: 'id' },
        },
      });
      const asked = (name: string) =>
        recorder.requests.filter(({ resource }) => resource === tableArn(name)).map(({ action }) => action);

      expect([asked('items'), asked('guards')].map((actions) => [...new Set(actions)].sort())).toEqual(
        documented.get(way),
      );
    });
  });
});
