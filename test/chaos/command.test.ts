import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { chaos, SEED, startChaos } from './start-chaos.ts';

const ON_POSTGRES = ['--queue', 'postgres'];

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
    const child = startChaos([
      '--deliveries',
      '200',
      '--faults',
      '8',
      '--seed',
      SEED,
      ...ON_POSTGRES,
    ]);
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
  }, 900_000);

  test('tells how it is used', async () => {
    const { code, stdout } = await chaos(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--seed');
  });
});
