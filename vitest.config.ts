import { defineConfig } from 'vitest/config';

const limits = { testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      {
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
