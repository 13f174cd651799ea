import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Concurrent tests are those that wait: for retries, timeouts, deadlines. */
const limits = { testTimeout: 30_000, hookTimeout: 60_000, maxConcurrency: 10 };

/** The package's own name, as the examples in docs/ use it. */
const alias = [
  { find: /^middy-idempotency$/, replacement: join(import.meta.dirname, 'functions/idempotency/index.ts') },
  { find: /^middy-idempotency\/cdk$/, replacement: join(import.meta.dirname, 'infra/idempotency-table.ts') },
  {
    find: /^middy-idempotency\/(cache|jmespath|lean|powertools|testing)$/,
    replacement: join(import.meta.dirname, 'functions/idempotency/$1/index.ts'),
  },
];

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          globalSetup: 'test/support/engines.ts',
          ...limits,
        },
      },
      {
        test: {
          name: 'whole',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/support/assembly.ts',
          ...limits,
        },
      },
    ],
  },
});
