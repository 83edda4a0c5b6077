import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from '../fixtures/documents.ts';
import { copyExample } from '../fixtures/example.ts';
import { PACKING_LIMIT_MS } from '../fixtures/package.ts';

const run = promisify(execFile);

test(
  'the example compiles with what the packages declare, as strictly as it asks for',
  async () => {
    await using example = await copyExample(true);
    const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
    const { stdout } = await run(tsc, ['-p', example.folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  },
  PACKING_LIMIT_MS,
);
