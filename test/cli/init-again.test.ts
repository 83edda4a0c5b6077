import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { runHere } from '../fixtures/here.ts';
import { type Beginning, startBeginning } from '../fixtures/init.ts';
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

const init = async (more: Record<string, string> = {}, ...args: string[]) => {
  vi.spyOn(process, 'cwd').mockReturnValue(site.folder);
  const env = { SEAM_ENDPOINT: site.seam.endpoint, SEAM_API_KEY: site.seam.apiKey, ...more };
  const given = ['--database-url', site.database.url, '--webhook-url', ENDPOINT];
  return runHere(['init', '--yes', ...given, '--operator', 'Ada', ...args], env);
};
const file = () => path.join(site.folder, '.env');
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
  expect(existsSync(path.join(site.folder, '.env.before-init'))).toBe(false);
  expect(site.seam.fake.database.webhooks).toHaveLength(1);
  expect(await operators()).toEqual([{ name: 'Ada', role: 'admin' }]);
});

test('an .env that is there is read, kept beside, and what else is in it stays', async () => {
  const before = `# Ann's\nDATABASE_URL=${site.database.url}\nMINE='a # b'\nLOG_LEVEL=warn # quiet\n`;
  writeFileSync(file(), before, { mode: 0o644 });
  vi.spyOn(process, 'cwd').mockReturnValue(site.folder);
  const args = ['init', '--yes', '--webhook-url', 'skip', '--operator', 'Ada'];
  const env = { SEAM_ENDPOINT: site.seam.endpoint, SEAM_API_KEY: site.seam.apiKey };
  expect((await runHere(args, env)).code).toBe(0);
  expect(text().startsWith(before)).toBe(true);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readFileSync(path.join(site.folder, '.env.before-init'), 'utf8')).toBe(before);
  expect(site.seam.fake.database.webhooks).toEqual([]);
});

test('cut off between Seam and the file, the next one finds the secret that Seam shows', async () => {
  site.seam.fake.database.addWebhook({
    workspace_id: site.seam.workspaceId,
    url: ENDPOINT,
    event_types: ['connected_account.connected'],
  });
  const shown = site.seam.fake.database.webhooks[0]?.secret ?? '';
  expect(shown).toMatch(/^whsec_/);
  const { code, stderr } = await init({ SEAM_WEBHOOK_SECRET: OTHER_SECRET });
  expect(code).toBe(0);
  expect(stderr).not.toContain(shown);
  expect((await site.written()).SEAM_WEBHOOK_SECRET).toBe(`${OTHER_SECRET},${shown}`);
  expect(site.seam.fake.database.webhooks).toHaveLength(1);
});

test('a secret that Seam no longer shows has to be given, and nothing is done without it', async () => {
  site.seam.fake.database.addWebhook({
    workspace_id: site.seam.workspaceId,
    url: ENDPOINT,
    event_types: ['*'],
  });
  site.seam.amend((path, answer) => {
    if (path !== '/webhooks/list') return;
    for (const each of answer.webhooks as Record<string, unknown>[]) delete each.secret;
  });
  const { code, stderr } = await init();
  expect(code).toBe(1);
  expect(stderr).toContain('SEAM_WEBHOOK_SECRET');
  expect(existsSync(file())).toBe(false);
  expect((await init({ SEAM_WEBHOOK_SECRET: OTHER_SECRET })).code).toBe(0);
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

test.runIf(inject('hasRedis'))('a Redis is tried, and written', async () => {
  await using redis = await createRedis({ started: true });
  const { code, stderr } = await init({}, '--redis-url', redis.url);
  expect(code).toBe(0);
  expect(stderr).toContain('the queue is in Redis');
  expect((await site.written()).REDIS_URL).toBe(redis.url);
});
