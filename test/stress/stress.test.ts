import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, inject, onTestFinished, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Of a list that has a bit of everything. */
const SEED = 'b';

test('a minute of stress: every invariant holds', async () => {
  const queue = inject('hasRedis') ? 'redis' : 'postgres';
  const child = spawn(
    process.execPath,
    [
      MAIN,
      ...['--minutes', '0', '--operations', '160', '--shrink', '0'],
      ...['--seed', SEED, '--queue', queue, '--json'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'exit');
  // Also where this has run out of time it takes along all that it has started.
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    exited as Promise<[number | null]>,
  ]);
  const said = Buffer.concat(stderr).toString();
  expect(said).toContain('all held');
  expect(code, said).toBe(0);
  const report = JSON.parse(Buffer.concat(stdout).toString());
  expect(report).toMatchObject({ ok: true, rounds: 1, failures: [] });
  expect(report.webhooks).toBeGreaterThan(100);
  expect(report.looks).toBeGreaterThan(10);
  for (const kind of ['connect', 'link', 'update', 'delete', 'bulk', 'command', 'clock', 'fault']) {
    expect(report.operations[kind], kind).toBeGreaterThan(0);
  }
  // People were answered, and not only that there is no such thing.
  expect(report.answers[200] + report.answers[201] + report.answers[202]).toBeGreaterThan(10);
}, 900_000);
