import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { PROJECTS, testsByProject } from './test/projects.ts';
import { Mixed } from './test/sequencer.ts';

const tests = testsByProject(path.join(import.meta.dirname, 'test'));

export default defineConfig({
  test: {
    projects: PROJECTS.map(name => ({
      extends: true,
      test: {
        name,
        include: [...tests[name]],
        globalSetup: name === 'pure' ? [] : ['test/fixtures/global-setup.ts'],
      },
    })),
    sequence: { sequencer: Mixed },
    // Real databases and child processes on what may be a small, busy machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
    // Many tests wait for what other processes do: so many keep two cores busy, and no test waits too long for its turn.
    maxWorkers: 4,
    pool: 'forks',
    // A process for each file costs a second or two: loading what the last one had loaded, too. Which file leaves
    // something behind is told by this:
    isolate: false,
    setupFiles: ['test/fixtures/leaves-nothing.ts'],
  },
});
