import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { disagreements, type RunTest } from '../support/promises.ts';

const page = `
| id | what happens | what is promised |
| --- | --- | --- |
| G1 | a repeat | the first answer |
| G17 | another payload | 422 |

G2: Each property can fail, as G9 would say.
`;

const passed = (title: string): RunTest => ({ title, outcome: 'passed' });
const held = [
  passed('a repeat > G1: gets the first answer'),
  passed('G2: properties > can fail'),
  passed('G17: is 422'),
];

describe('promises and tests', () => {
  it('agree when each promise has a test that has passed', () => {
    expect(disagreements(page, [...held, passed('something else')])).toEqual([]);
  });

  it('agree when one test holds several promises, and several tests one', () => {
    expect(disagreements(page, [passed('G1: G17: a repeat'), passed('a group > G2: can fail'), ...held])).toEqual([]);
  });

  it('disagree when no test has an id, only one that begins alike', () => {
    expect(disagreements(page, held.slice(1))).toEqual([
      'G1: no test of this promise has passed (no test has it in its title)',
    ]);
  });

  it('disagree when a test was skipped or has failed and no other has passed', () => {
    const tests: RunTest[] = [
      { title: 'G1: one', outcome: 'skipped' },
      { title: 'G1: other', outcome: 'failed' },
    ];
    expect(disagreements(page, [...tests, ...held.slice(1)])).toEqual([
      'G1: no test of this promise has passed (skipped: G1: one; failed: G1: other)',
    ]);
    expect(disagreements(page, [...tests, ...held])).toEqual([]);
  });

  it('agree when a test is impossible on this machine', () => {
    expect(disagreements(page, [{ title: 'G1: one', outcome: 'impossible' }, ...held.slice(1)])).toEqual([]);
  });

  it('disagree when a title has an id that no promise has', () => {
    expect(disagreements(page, [...held, passed('a group > G18: is 422')])).toEqual([
      'G18: no promise has this id, but a title: a group > G18: is 422',
    ]);
  });

  it('disagree when a title has an id in another form', () => {
    const titles = ['G17 is 422', 'a group that holds G17: is 422', 'G1, G17: a repeat'];
    expect(disagreements(page, [...held, ...titles.map(passed)])).toEqual(
      titles.map((title) => `an id that is not before a title, as in "G17: ": ${title}`),
    );
  });

  it('disagree when two promises have the same id, or a row has none', () => {
    expect(disagreements(`${page}| G1 | again | again |\n| a fault | a promise |\n`, held)).toEqual([
      'a promise without an id: | a fault | a promise |',
      'G1: two promises have this id',
    ]);
  });
});

describe('a run', () => {
  /** Runs the tests of the fixture, where G1 and G5 are held, and gives what the reporter says of the promises. */
  const runFixture = async (...args: readonly string[]) => {
    const root = join(import.meta.dirname, '../fixtures/promises');
    const reporter = join(import.meta.dirname, '../support/promises-reporter.ts');
    const command = ['vitest', 'run', '--root', root, '--reporter', reporter, ...args];
    const { code, stderr } = await promisify(execFile)('npx', command, { env: { PATH: process.env['PATH'] } }).then(
      () => ({ code: 0, stderr: '' }),
      (error) => error,
    );
    return { code, disagreements: stderr.trim().split('\n  ').slice(1) };
  };

  it('fails where a comment, a skipped test and a failing one are all that a promise has', async () => {
    expect(await runFixture()).toEqual({
      code: 1,
      disagreements: [
        'G2: no test of this promise has passed (no test has it in its title)',
        'G3: no test of this promise has passed (skipped: G3: a test ends as skipped, which must not count as held)',
        'G4: no test of this promise has passed (failed: G4: a test fails)',
      ],
    });
  });

  it('fails where a promise has no test that has passed, though every test has that ran', async () => {
    const { code, disagreements } = await runFixture('-t', 'G1:|G5:');
    expect(code).toBe(1);
    expect(disagreements).toContain('G4: no test of this promise has passed (skipped: G4: a test fails)');
  });
});
