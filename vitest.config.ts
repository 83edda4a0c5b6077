import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/fixtures/global-setup.ts'],
    // Real databases and child processes on what may be a small, busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    maxWorkers: 2,
    // BullMQ and pg keep timers; a worker process per file shows at once which file leaves something.
    pool: 'forks',
  },
});
