import { defineConfig } from 'vitest/config';

/**
 * V8 13.6, that of Node 24, corrupts its heap in about every second run of the tests of texts of 2^25 characters, unless this optimization of
 * string concatenations is off. Similar crashes: https://github.com/nodejs/node/issues/62393.
 */
const execArgv = ['--no-turboshaft-string-concat-escape-analysis'];

/** Concurrent tests are those that wait: for retries, timeouts, deadlines. */
const limits = { execArgv, testTimeout: 30_000, hookTimeout: 60_000, maxConcurrency: 10 };

/** The package's own name leads to its sources, by the same `exports` that its users have. */
const conditions = ['middy-idempotency-source', 'node'];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** Two files at a time, since many wait more than they compute; what measures or draws comes after them, alone. */
const inPairs = { ...limits, maxWorkers: 2, sequence: { groupOrder: 0 } };
const oneByOne = { ...limits, maxWorkers: 1, sequence: { groupOrder: 1 } };

const enginesFiles = 'test/**/*.engine.test.ts';
const wholeFiles = 'test/e2e/**/*.test.ts';
const redisFiles = 'test/redis/**/*.test.ts';
const projectsFiles = 'test/projects/**/*.test.ts';

export default defineConfig({
  test: {
    reporters: ['default', './test/support/lacks-reporter.ts'],
    // What the library warns of is what most tests provoke; those that are about the warnings look at them.
    onConsoleLog: (log) => !log.startsWith('{"level":"WARN","message":"middy-idempotency: '),
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [enginesFiles, wholeFiles, redisFiles, projectsFiles],
          ...inPairs,
        },
      },
      {
        ...shared,
        test: { name: 'engine', include: [enginesFiles], globalSetup: 'test/support/engines.ts', ...inPairs },
      },
      {
        ...shared,
        test: { name: 'whole', include: [wholeFiles], globalSetup: 'test/support/assembly.ts', ...oneByOne },
      },
      {
        ...shared,
        test: {
          name: 'redis',
          include: [redisFiles],
          globalSetup: 'test/support/redis-setup.ts',
          env: { RACES_IN_CI: '100' },
          ...inPairs,
        },
      },
      {
        ...shared,
        test: { name: 'projects', include: [projectsFiles], ...oneByOne },
      },
    ],
  },
});
