import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { PROJECTS, testsByProject } from './test/projects.ts';
import { LongestFirst } from './test/sequencer.ts';

const tests = testsByProject(path.join(import.meta.dirname, 'test'));

export default defineConfig({
  test: {
    projects: PROJECTS.map(name => ({
      extends: true,
      test: {
        name,
        include: [...tests[name]],
        // A process a file costs a second each; where nothing but our own code runs, they share some.
        isolate: name === 'processes' || name === 'browser',
        globalSetup: [
          ...(name === 'pure' ? [] : ['test/fixtures/global-setup.ts']),
          ...(name === 'browser' ? ['test/fixtures/chromium-server.ts'] : []),
        ],
      },
    })),
    sequence: { sequencer: LongestFirst },
    // Real databases and child processes on what may be a small, busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    maxWorkers: 4,
    // BullMQ and pg keep timers; a worker process per file shows at once which file leaves something.
    pool: 'forks',
  },
});
