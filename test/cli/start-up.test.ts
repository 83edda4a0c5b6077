import { expect, test } from 'vitest';
import { loadedPackages, TELL_LOADED } from '../fixtures/loaded-packages.ts';
import { run } from '../fixtures/processes.ts';

/** What a command loads takes most of the time until it has done its work. */
const loadedBy = async (...args: string[]): Promise<ReadonlySet<string>> => {
  const { stderr } = await run(args, { NODE_OPTIONS: TELL_LOADED });
  return loadedPackages(stderr.split('\n'));
};

test('the code of a command is loaded when it is called for', async () => {
  for (const args of [['--version'], ['--help'], ['bulk', '--help']]) {
    const loaded = await loadedBy(...args);
    expect(loaded).toContain('commander');
    for (const heavy of ['express', 'bullmq', '@seamapi/http', 'axios']) {
      expect(loaded, args.join(' ')).not.toContain(heavy);
    }
  }
  // It ends for want of settings, with all that it would have used.
  const loaded = await loadedBy('serve');
  for (const heavy of ['express', 'bullmq', '@seamapi/http']) expect(loaded).toContain(heavy);
  expect(loaded, 'without a console').not.toContain('@zxcvbn-ts/core');
});
