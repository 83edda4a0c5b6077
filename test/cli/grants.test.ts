import { expect, test } from 'vitest';
import { run } from '../fixtures/processes.ts';

const env = { DATABASE_URL: 'postgres://locks_owner:geheim@localhost:1/app' };

test('grants --reader prints what the app’s role needs, and nothing else', async () => {
  const { code, stdout, stderr } = await run(['grants', '--reader', 'my app'], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trim().split('\n')).toEqual([
    'grant usage on schema reconciler_public to "my app";',
    'grant select on all tables in schema reconciler_public to "my app";',
    'alter default privileges for role "locks_owner" in schema reconciler_public grant select on tables to "my app";',
  ]);
});

test('the role that migrates is that of MIGRATE_DATABASE_URL, or of the option', async () => {
  const own = { ...env, MIGRATE_DATABASE_URL: 'postgres://other@localhost:1/app' };
  const { stdout } = await run(['grants', '--reader', 'app'], own);
  expect(stdout).toContain('for role "other" in schema');
  const args = ['grants', '--reader', 'app', '--migrate-role', 'third', '--run-role', 'fourth'];
  const all = await run(args, own);
  expect(all.stdout).toContain('for role "third" in schema reconciler_public');
  expect(all.stdout).toContain('grant usage on schema reconciler, bullmq to "fourth";');
});

test.each([
  [['grants'], 'Say for whom'],
  [['grants', '--run-role', 'a'], '--run-role takes --migrate-role'],
  [['grants', '--reader', 'locks_owner'], 'The roles must differ'],
  [['grants', '--migrate-role', 'a', '--run-role', 'b', '--reader', 'b'], 'The roles must differ'],
])('%j is refused, with why', async (args, why) => {
  const { code, stdout, stderr } = await run(args, env);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(why);
});

test('a setting that names no role is told', async () => {
  const { code, stderr } = await run(['grants', '--reader', 'app'], {
    DATABASE_URL: 'postgres://localhost:1/app',
  });
  expect(code).toBe(2);
  expect(stderr).toContain('--migrate-role');
});
