import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/build.ts', 'tests/support/check-coverage.ts'],
    setupFiles: ['tests/support/route-hits.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
