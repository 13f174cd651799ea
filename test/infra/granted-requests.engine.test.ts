import type { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { dynamoDBStore } from '../../functions/idempotency/entries/main.ts';
import { IdempotencyTable, type Use } from '../../infra/idempotency-table.ts';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { createFunction, synthesizeWith } from './constructs.ts';
import { type IamRequest, isAllowed } from './iam/evaluate.ts';
import { startRecorder } from './iam/recorder.ts';
import { namespace, scenarios } from './iam/scenarios.ts';
import { statementsOf } from './iam/statements-of.ts';

const uses = [...new Set(Object.values(scenarios).map(({ use }) => use))];
const isSpaced = (use: Use) => use !== 'powertoolsRecords';

/** Each use alone, with every other one, and all together: a grant is the sum of its uses. */
const combinations: Use[][] = [
  ...uses.flatMap((use, at) => [[use], ...uses.slice(at + 1).map((other) => [use, other])]),
  uses,
];

const nameOf = (combination: readonly Use[], prefix = '') => `${prefix}${combination.join('')}`;

/** A function for each combination; and with the namespace of the scenarios, and another one, for each that has one. */
const attachAll = (): Template =>
  synthesizeWith((stack: Stack) => {
    const table = new IdempotencyTable(stack, 'Idempotency', { tableName: 'records' });
    for (const combination of combinations) {
      table.attach(createFunction(stack, nameOf(combination)), ...combination);
    }
    for (const use of uses.filter(isSpaced)) {
      table.attach(createFunction(stack, nameOf([use], 'Own')), use, { namespace });
      table.attach(createFunction(stack, nameOf([use], 'Other')), use, { namespace: `${namespace}2` });
    }
  });

const statements = statementsOf(attachAll());

onEachEngineAndClient((database) => {
  describe('G180: what attach grants', () => {
    const requests: Record<string, readonly IamRequest[]> = {};

    const sentFor = (combination: readonly Use[]): readonly IamRequest[] =>
      combination.flatMap((use) => {
        const beside = combination.find((other) => nameOf([use, other]) in requests);
        return requests[nameOf(beside ? [use, beside] : [use])] ?? [];
      });

    beforeAll(async () => {
      for (const { use, beside, run } of Object.values(scenarios)) {
        const tableName = await database.createTable();
        const faults = await startFaultProxy(database.endpoint);
        const recorder = await startRecorder(faults.endpoint, () => ({ name: 'records', partitionKey: 'id' }));
        const store = dynamoDBStore({ tableName, client: database.openClient({ endpoint: recorder.endpoint }) });
        const unrecorded = dynamoDBStore({ tableName, client: database.openClient() });
        await run({ store, unrecorded, faults });
        const name = nameOf(beside ? [use, beside] : [use]);
        requests[name] = [...(requests[name] ?? []), ...recorder.requests];
      }
    });

    const judge = (combination: readonly Use[]) => {
      const granted = statements(nameOf(combination));
      const sent = sentFor(combination);

      expect(sent.filter((request) => !isAllowed(granted, request))).toEqual([]);
      expect(granted.flatMap(({ Action }) => Action).sort()).toEqual(
        [...new Set(sent.map(({ action }) => action))].sort(),
      );
      expect(granted.map(({ Resource }) => Resource)).toEqual([sent[0]?.resource]);
    };

    it.each(uses)('for %s: every request that the library sends, and nothing more', (use) => judge([use]));

    it('for two uses, and for all: the requests of each', () => {
      for (const combination of combinations) judge(combination);
    });

    it.each(uses.filter(isSpaced))('G182: %s, with a namespace: no request for the records of another one', (use) => {
      const sent = requests[use] ?? [];
      const allowed = (prefix: string) =>
        sent.filter((request) => isAllowed(statements(nameOf([use], prefix)), request));

      expect(sent.length).toBeGreaterThan(0);
      expect(allowed('Own')).toEqual(sent);
      expect(allowed('Other')).toEqual([]);
    });
  });
});
