import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/engines.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The retries of a test are the bugs of its users.
    retry: 0,
  },
});
