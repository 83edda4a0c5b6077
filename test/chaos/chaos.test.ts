import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { planChaos } from './plan.ts';
import type { Report } from './report.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Also of a test that has run out of time it takes along all that it has started. */
const start = (args: readonly string[]) => {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  return child;
};

/** `npm run chaos -- …` to its end. */
const chaos = async (args: readonly string[]) => {
  const child = start(args);
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return {
    code,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  };
};

/** Of a plan that kills a bit of everything, and in which nothing lasts long. */
const SEED = 'df';
const ON_POSTGRES = ['--queue', 'postgres'];
const QUEUES = inject('hasRedis') ? (['postgres', 'redis'] as const) : (['postgres'] as const);

describe.each(QUEUES)('a little chaos (queue in %s)', queue => {
  test('loses nothing, doubles nothing, and settles as Seam dictates', async () => {
    const options = { deliveries: 200, faults: 8, gapSeconds: 2, seed: SEED, queue };
    const { code, stdout, stderr } = await chaos([
      ...['--deliveries', String(options.deliveries), '--faults', String(options.faults)],
      ...['--seed', options.seed, '--queue', queue, '--json'],
    ]);
    expect(stdout, stderr).not.toBe('');
    const report = JSON.parse(stdout) as Report;
    expect(report.first_problems, stdout).toEqual([]);
    expect(report).toMatchObject({
      ok: true,
      sent: 200,
      acknowledged: 200,
      lost: 0,
      doubled: 0,
      wrong: 0,
      overlapping: 0,
      unsettled: 0,
      unacknowledged: 0,
      crashed: 0,
      settled: report.subjects,
      stored: report.events,
      faults: 8,
    });
    expect(report.recovery.measured).toBe(8);
    expect(report.plan.faults.map(({ kind }) => kind)).toEqual(
      planChaos(options).faults.map(({ kind }) => kind),
    );
    expect(code).toBe(0);
  }, 400_000);
});

describe('the command', () => {
  test.each([
    ['an unknown option', ['--nonsense']],
    ['a queue that is none', ['--queue', 'paper']],
    ['no number', ['--deliveries', 'many']],
    ['something too many', ['20000']],
  ])('ends with 2 on %s, and tells of the help', async (_name, args) => {
    const { code, stdout, stderr } = await chaos(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('--help');
  });

  test('ends with 130 on Ctrl-C, in the middle of it, and takes everything along', async () => {
    const child = start(['--deliveries', '200', '--faults', '8', '--seed', SEED, ...ON_POSTGRES]);
    const exited = once(child, 'exit');
    child.stdout.resume();
    let told = '';
    for await (const chunk of child.stderr) {
      told += chunk;
      if (told.includes(' sent, ') && !told.includes('interrupted')) child.kill('SIGINT');
    }
    expect(await exited).toEqual([130, null]);
    const urls = told.match(/http:\S+/g) ?? [];
    expect(urls).toHaveLength(2);
    for (const url of urls) await expect(fetch(url)).rejects.toThrow();
  }, 400_000);

  test('tells how it is used', async () => {
    const { code, stdout } = await chaos(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--seed');
  });
});
