import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../../src/ops/version.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

describe('settings that are misspelt are told, by name', () => {
  const env = { DATABSE_URL: 'postgresql://ann:hunter2@db/locks', PGHOST: 'db', REDIS_HOST: 'r' };
  const hint = 'DATABSE_URL is not a setting; did you mean DATABASE_URL?';

  test.each(['migrate', 'serve', 'work', 'list'])(
    '%s: before what is missing, which it explains',
    async command => {
      const { code, stderr } = await runHere([command], env);
      expect(code).toBe(2);
      const lines = stderr.split('\n');
      expect(lines[0]).toBe(hint);
      expect(lines.filter(line => line === hint)).toHaveLength(1);
      expect(stderr).toContain('DATABASE_URL is missing');
      expect(stderr).not.toMatch(/hunter2|PGHOST|REDIS_HOST/);
    },
  );

  test('a command that works all the same warns, and its output stays what it is', async () => {
    const settings = { DATABASE_URL: database.url, LOG_LEVLE: 'debug' };
    const { code, stdout, stderr } = await runHere(['find', 'nope', '--json'], settings);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ text: 'nope' });
    expect(stderr.split('\n')[0]).toBe('LOG_LEVLE is not a setting; did you mean LOG_LEVEL?');
  });

  test('doctor lists it among what needs attention', async () => {
    const { stdout } = await runHere(['doctor', '--json'], env);
    const { checks } = JSON.parse(stdout) as { checks: { check: string }[] };
    expect(checks[0]).toEqual({
      check: 'names of settings',
      result: 'problem',
      detail: hint,
      remedy: 'Rename it, or leave it out: as it is, it counts for nothing.',
    });
  });

  test('the version and its commit are told on request', async () => {
    const { code, stdout, stderr } = await runHere(['--version'], {});
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });
});
