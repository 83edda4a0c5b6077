import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { type Beginning, startBeginning } from '../fixtures/init.ts';
import { onTerminal } from '../fixtures/terminal.ts';

/* What is set already, right or wrong, and what is answered to `init`. */

const ENDPOINT = 'https://locks.example/webhooks/seam';

let site: Beginning;
beforeEach(async () => {
  site = await startBeginning();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await site[Symbol.asyncDispose]();
});

const file = () => path.join(site.folder, '.env');
const seamEnv = () => ({ SEAM_ENDPOINT: site.seam.endpoint, SEAM_API_KEY: site.seam.apiKey });
const init = async (...args: string[]) => {
  vi.spyOn(process, 'cwd').mockReturnValue(site.folder);
  const where = ['--database-url', site.database.url, '--webhook-url', ENDPOINT];
  return runHere(['init', '--yes', ...where, '--operator', 'Ada', ...args], seamEnv());
};
const people = () =>
  site.database.pool.query('create table people (id int primary key, uuid uuid not null)');

describe('a wrong value of what is asked for is answered by the right one', () => {
  test.each([
    ['DATABASE_URL', 'mysql://127.0.0.1/app', []],
    ['REDIS_URL', 'localhost:6379', ['--redis-url', 'none']],
    ['USERS_TABLE', 'a.b.c', ['--users-table', 'none']],
    ['CONSOLE_URL', 'support.example', ['--console-url', 'https://support.example']],
    ['WEBHOOK_URL', 'locks.example', []],
    ['WEBHOOK_URL', 'locks.example', ['--webhook-url', 'skip']],
    ['OPERATOR_NAME', 'A'.repeat(101), []],
  ])('%s=%s', async (name, wrong, args) => {
    writeFileSync(file(), `${name}=${wrong}\n`);
    const { code, stderr } = await init(...args);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect((await site.written())[name]).not.toBe(wrong);
  });

  test('at its own question, and at no other', async () => {
    writeFileSync(file(), 'REDIS_URL=localhost:6379\n');
    await using terminal = onTerminal(['init'], seamEnv(), site.folder);
    await terminal.answer('(DATABASE_URL): ', site.database.url);
    await terminal.shows('✓ PostgreSQL');
    await terminal.answer('(REDIS_URL) [', '');
    await terminal.shows('✗ REDIS_URL must');
    await terminal.answer('(REDIS_URL) [', 'none');
    await terminal.shows('✓ the queue is in Postgres');
  });
});

test('a company’s sign-in, which needs a console, doesn’t keep it from asking where that is', async () => {
  const company = {
    ...{ OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'us', OIDC_CLIENT_SECRET: 'of us' },
    OIDC_ROLES: 'all=admin',
  };
  const lines = Object.entries(company).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file(), lines.join(''));
  const { stderr } = await init('--console-url', 'https://support.example');
  expect(stderr).not.toMatch(/Correct this first|Nothing was done/);
  expect((await site.written()).CONSOLE_URL).toBe('https://support.example');
});

test('a setting of the app’s own that we read otherwise is told, with a way out', async () => {
  writeFileSync(file(), 'LOG_LEVEL=verbose\n');
  const { code, stderr } = await init();
  expect(code).toBe(2);
  expect(stderr).toMatch(/LOG_LEVEL must be one of .*"init" in a folder of its own/);
});

test('the id column that is set counts for whichever table has it', async () => {
  await people();
  writeFileSync(file(), 'USERS_TABLE=public.former\nUSERS_ID_COLUMN=uuid\n');
  expect((await init('--users-table', 'people')).code).toBe(0);
  expect(await site.written()).toMatchObject({ USERS_TABLE: 'people', USERS_ID_COLUMN: 'uuid' });
});

test('that it is dropped is said, and nobody is asked for one that is known', async () => {
  await site.database.pool.query('create table users (uuid uuid primary key)');
  writeFileSync(file(), 'USERS_TABLE=public.former\nUSERS_ID_COLUMN=nick\n');
  await using terminal = onTerminal(['init'], seamEnv(), site.folder);
  await terminal.answer('(DATABASE_URL): ', site.database.url);
  await terminal.answer('(REDIS_URL) [none]: ', '');
  await terminal.answer('(SEAM_API_KEY) [the one that is set]: ', '');
  await terminal.answer('(USERS_TABLE) [public.former]: ', '1');
  await terminal.shows('✓ public.users, ids in "uuid"');
  await terminal.shows('Mind: USERS_ID_COLUMN: the table "public"."users" has no column "nick"');
});

test('a first user is made in our own table, who gets to a webview', async () => {
  const { code, stderr } = await init('--first-user', 'ada');
  expect(code).toBe(0);
  expect(stderr).toContain('webview create --user ada');
  expect(stderr).not.toMatch(/has no users|insert into/);
  const env = { ...(await site.written()), SEAM_ENDPOINT: site.seam.endpoint };
  expect(await runHere(['webview', 'create', '--user', 'ada'], env)).toMatchObject({ code: 0 });
  // Where there is somebody, nobody is asked for.
  expect((await init()).stderr).not.toContain('First user');
});

test('nobody is put into a table that is the app’s', async () => {
  await people();
  const { code, stderr } = await init('--users-table', 'people', '--first-user', 'ada');
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('only read') });
  expect(existsSync(file())).toBe(false);
});

test('without one, what makes one is said, in words that need no program', async () => {
  const { code, stderr } = await init();
  expect(code).toBe(0);
  expect(stderr).toContain("insert into reconciler.users (id) values ('ada');");
});

test('what can’t be written into .env is told before anything is done', async () => {
  const { code, stderr } = await init('--operator', 'A\'d"a`');
  expect({ code, stderr }).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("OPERATOR_NAME can't be written into .env"),
  });
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(file())).toBe(false);
  expect(site.seam.fake.database.webhooks).toEqual([]);
});
