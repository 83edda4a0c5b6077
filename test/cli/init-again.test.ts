import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { addEndpoint } from '../../src/sandbox/beginnings.ts';
import { EVENT_TYPES } from '../../src/seam/events.ts';
import { runHere } from '../fixtures/here.ts';
import { type Beginning, killAtCall, startBeginning } from '../fixtures/init.ts';
import { startPgBouncer } from '../fixtures/pgbouncer.ts';
import { createRedis } from '../fixtures/redis.ts';
import { OTHER_SECRET } from '../fixtures/settings.ts';

const ENDPOINT = 'https://locks.example/webhooks/seam';

let site: Beginning;
beforeEach(async () => {
  site = await startBeginning();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await site[Symbol.asyncDispose]();
});

const given = (): string[] => {
  const where = ['--database-url', site.database.url, '--webhook-url', ENDPOINT];
  return ['init', '--yes', ...where, '--operator', 'Ada'];
};
const seamEnv = () => ({ SEAM_ENDPOINT: site.seam.endpoint, SEAM_API_KEY: site.seam.apiKey });
const init = async (more: Record<string, string> = {}, ...args: string[]) => {
  vi.spyOn(process, 'cwd').mockReturnValue(site.folder);
  return runHere([...given(), ...args], { ...seamEnv(), ...more });
};
const file = () => path.join(site.folder, '.env');
const copy = () => path.join(site.folder, '.seam-reconciler/.env.before-init');
const text = () => readFileSync(file(), 'utf8');
const operators = async () =>
  (await site.database.pool.query('select name, role from reconciler.operators')).rows;

test('a second time changes nothing: not the file, the endpoint, the key or the admin', async () => {
  const first = await init();
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/^http:\/\/127\.0\.0\.1:3000\/support\/sign-in\/link\S+\n$/);
  const before = text();
  const second = await init();
  expect(second.code).toBe(0);
  expect(text()).toBe(before);
  expect(existsSync(copy())).toBe(false);
  expect(site.seam.fake.database.webhooks).toHaveLength(1);
  expect(await operators()).toEqual([{ name: 'Ada', role: 'admin' }]);
});

test('an .env that is there is read, kept beside, and what else is in it stays', async () => {
  const before = `# Ann's\nDATABASE_URL=${site.database.url}\nMINE='a # b'\nLOG_LEVEL=warn # quiet\n`;
  writeFileSync(file(), before, { mode: 0o644 });
  vi.spyOn(process, 'cwd').mockReturnValue(site.folder);
  const args = ['init', '--yes', '--webhook-url', 'skip', '--operator', 'Ada'];
  const env = { SEAM_ENDPOINT: site.seam.endpoint, SEAM_API_KEY: site.seam.apiKey };
  const { code, stderr } = await runHere(args, env);
  expect(code).toBe(0);
  expect(text().startsWith(before)).toBe(true);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readFileSync(copy(), 'utf8')).toBe(before);
  // In the plan, and once it is there.
  expect(stderr.split(copy())).toHaveLength(3);
  expect(statSync(copy()).mode & 0o777).toBe(0o600);
  // The app's own .gitignore need not know of it.
  expect(readFileSync(path.join(path.dirname(copy()), '.gitignore'), 'utf8')).toBe('*\n');
  expect(site.seam.fake.database.webhooks).toEqual([]);
});

test('cut off between Seam and the file, the next one finds the secret that Seam shows', async () => {
  const { fake, workspaceId } = site.seam;
  const types = ['connected_account.connected'];
  const shown = String(addEndpoint(fake, workspaceId, ENDPOINT, types).secret);
  const { code, stderr } = await init({ SEAM_WEBHOOK_SECRET: OTHER_SECRET });
  expect(code).toBe(0);
  expect(stderr).not.toContain(shown);
  expect(stderr).toMatch(/change https:\S+, which is registered .*\n +it gets connect/);
  expect(site.seam.fake.database.webhooks[0]?.event_types).toEqual(EVENT_TYPES);
  expect((await site.written()).SEAM_WEBHOOK_SECRET).toBe(`${OTHER_SECRET},${shown}`);
  expect(site.seam.fake.database.webhooks).toHaveLength(1);
});

test.each([
  ['registered', 3],
  ['kept the secret', 4],
  ['checked it', 5],
])(
  'kill -9 before it has %s: the next one goes on, and nothing is there twice',
  async (_, call) => {
    expect(await killAtCall(site, given(), seamEnv(), call)).toBe('SIGKILL');
    const before = await site.written();
    const { code, stdout } = await init();
    expect(code).toBe(0);
    expect(stdout).toContain('/support/sign-in/link?');
    const [endpoint, ...others] = site.seam.fake.database.webhooks;
    expect(others).toEqual([]);
    expect(await site.written()).toEqual({ ...before, SEAM_WEBHOOK_SECRET: endpoint?.secret });
    expect(before.ENDPOINT_SECRETS_KEY).toBeTruthy();
    expect(await operators()).toEqual([{ name: 'Ada', role: 'admin' }]);
  },
);

test('what is found wrong in the end is told, and the exit code says so', async () => {
  await site.database.pool.query('create table people (id uuid primary key)');
  const { code, stderr } = await init({ USERS_NAME_COLUMN: 'nick' }, '--users-table', 'people');
  expect(code).toBe(5);
  expect(stderr).toMatch(/✗ users table: .*nick/);
  expect(stderr).not.toContain('still to do');
});

test('a role that may make no schema is told what the owner runs', async () => {
  const role = `limited_${Date.now()}`;
  await site.database.pool.query(`create role ${role} login password 'of-the-test'`);
  const url = new URL(site.database.url);
  url.username = role;
  url.password = 'of-the-test';
  const { code, stderr } = await init({}, '--database-url', url.href);
  expect(code).toBe(1);
  expect(stderr).toContain(`grant create on database "${url.pathname.slice(1)}" to "${role}"`);
  expect(stderr).not.toContain('of-the-test');
  expect(existsSync(file())).toBe(false);
  await site.database.pool.query(`grant create on database ${url.pathname.slice(1)} to ${role}`);
  expect((await init({}, '--database-url', url.href)).code).toBe(0);
  await site.database.pool.query(`drop owned by ${role} cascade; drop role ${role}`);
});

test('a key that Seam refuses, and a folder that nothing can be written into, are told first', async () => {
  const refused = await init({ SEAM_API_KEY: 'seam_not_a_key' });
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('SEAM_API_KEY');
  expect(refused.stderr).not.toMatch(/^\s+at /m);
  vi.restoreAllMocks();
  vi.spyOn(process, 'cwd').mockReturnValue('/proc');
  const nowhere = await runHere(['init', '--yes'], {});
  expect(nowhere.code).toBe(1);
  expect(nowhere.stderr).toContain("can't be written");
});

test('several workspaces, and other settings that are wrong, are told and left alone', async () => {
  expect((await init({ SEAM_WORKSPACES: '[]' })).stderr).toContain('docs/running.md');
  const wrong = await init({ PORT: '99999' });
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('PORT') });
  expect(existsSync(file())).toBe(false);
});

test('a new secret is never put beside a file that holds another', async () => {
  const holder = path.join(site.folder, 'secret');
  writeFileSync(holder, OTHER_SECRET);
  const { code, stderr } = await init({ SEAM_WEBHOOK_SECRET_FILE: holder });
  expect(code).toBe(4);
  expect(stderr).toContain('SEAM_WEBHOOK_SECRET_FILE names a file');
  expect(existsSync(file())).toBe(false);
  expect(site.seam.fake.database.webhooks).toEqual([]);
});

test.runIf(inject('hasRedis'))('a Redis is tried, and written', async () => {
  await using redis = await createRedis({ started: true });
  const { code, stderr } = await init({}, '--redis-url', redis.url);
  expect(code).toBe(0);
  expect(stderr).toContain('the queue is in Redis');
  expect((await site.written()).REDIS_URL).toBe(redis.url);
});

test.runIf(inject('hasRedis') && inject('hasPgBouncer'))(
  'behind a pooler it insists on a Redis, and with one all works',
  async () => {
    await using pooler = await startPgBouncer(inject('postgresUrl'));
    await using redis = await createRedis({ started: true });
    const through = ['--database-url', pooler.reached(site.database.url)];
    const without = await init({}, ...through);
    expect(without.code).toBe(1);
    expect(without.stderr).toContain('behind a pooler');
    expect(existsSync(file())).toBe(false);
    const { code, stderr } = await init({}, ...through, '--redis-url', redis.url);
    expect(stderr).toContain('through a pooler, so the queue needs a Redis');
    expect(code).toBe(0);
  },
);
