import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from '../fixtures/documents.ts';
import { BACKENDS } from '../fixtures/house.ts';
import { openGround } from '../fixtures/library.ts';

/* The process is the app's: nothing of it is changed, and what was stopped keeps it no longer. */

test.each(BACKENDS)(
  'one that did everything and stopped ends by itself (queue in %s)',
  async kind => {
    await using ground = await openGround(kind);
    await ground.database.pool.query(`insert into reconciler.users (id) values ('ada')`);
    const options = { ...ground.options, console: { url: 'http://localhost:3000' } };
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['test/fixtures/library-app.ts', JSON.stringify(options)],
      { cwd: ROOT, timeout: 120_000, env: { PATH: process.env.PATH } },
    );
    const told = JSON.parse(stdout);
    expect(stderr).toBe('');
    expect(told.statuses).toEqual([405, 200, 200]);
    expect(told.health).toMatchObject({ ready: true });
    expect(told.imported).toEqual(told.bare);
    expect(told.during).toEqual(told.bare);
    expect(told.after).toEqual(told.bare);
    // To create one opens nothing.
    expect(told.created).toEqual(told.handles);
  },
);

const IMPORT =
  /(?:^(?:import|export)\s+(?!type\s)[^;]*?from\s+|import\(\s*|^import\s+)'(\.[^']+)'/gm;

/** All files that are reached from one, also by what is only imported when it is needed. */
const reachedFrom = (entry: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(entry) || !existsSync(entry)) return seen;
  seen.add(entry);
  for (const [, to = ''] of readFileSync(entry, 'utf8').matchAll(IMPORT)) {
    reachedFrom(path.resolve(path.dirname(entry), to), seen);
  }
  return seen;
};

const reached = [...reachedFrom(path.join(ROOT, 'src/library/index.ts'))].map(file => ({
  file: path.relative(ROOT, file),
  text: readFileSync(file, 'utf8'),
}));
const filesWith = (pattern: RegExp): string[] =>
  reached
    .filter(({ text }) => pattern.test(text))
    .map(({ file }) => file)
    .toSorted();

test('what the library reaches is found, the desk and the worker, too', () => {
  const files = reached.map(({ file }) => file);
  for (const file of [
    'src/app/worker.ts',
    'src/console/app.ts',
    'src/api/app.ts',
    'src/app/hooks.ts',
  ]) {
    expect(files).toContain(file);
  }
  expect(files.filter(file => /^src\/(?:cli|sandbox)\/|^src\/main/.test(file))).toEqual([]);
});

test('none of it listens to the process, ends it, or reads what is its own', () => {
  const touched =
    /process\.(?:on|once|addListener|prependListener|exit|abort|kill|env|title|chdir|umask|exitCode|stdout|stdin)\b/;
  // A logger of the service's own, and the reading of the environment by the commands: functions that the library calls not.
  expect(filesWith(touched)).toEqual(['src/config/config.ts', 'src/ops/log.ts']);
  expect(filesWith(/readEnv\(|createLogger\(/)).toEqual([]);
  expect(filesWith(/listenForStop|withSecretFiles\(/)).toEqual([
    'src/config/config.ts',
    'src/config/secret-files.ts',
  ]);
});

test('none of it does anything when it is imported that goes on', () => {
  expect(
    filesWith(/^(?:await |void )?(?:setTimeout|setInterval|setImmediate|queueMicrotask)\(/m),
  ).toEqual([]);
  expect(filesWith(/^(?:globalThis|global)\.|^process\./m)).toEqual([]);
  expect(filesWith(/^(?:const \w+ = )?await /m)).toEqual([]);
});
