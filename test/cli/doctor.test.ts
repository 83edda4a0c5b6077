import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';
import { freePort } from '../fixtures/ports.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { OTHER_SECRET, SECRET } from '../fixtures/settings.ts';

const ENDPOINT = 'https://locks.example/webhooks/seam';

let database: TestDatabase;
let seam: TestSeam;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query("insert into reconciler.users (id) values ('ada')");
});
beforeEach(async () => {
  seam = await startTestSeam();
  env = {
    DATABASE_URL: database.url,
    SEAM_API_KEY: seam.apiKey,
    SEAM_ENDPOINT: seam.endpoint,
    SEAM_WEBHOOK_SECRET: SECRET,
  };
});
afterEach(() => seam[Symbol.asyncDispose]());
afterAll(() => database[Symbol.asyncDispose]());

type Finding = { check: string; result: string; detail: string; remedy: string | null };

const doctor = async (changes: Record<string, string> = {}) => {
  const { code, stdout, stderr } = await runHere(['doctor', '--json'], { ...env, ...changes });
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Finding[] };
  const find = (name: string) => checks.find(finding => finding.check === name);
  const withResult = (result: string) =>
    checks.filter(finding => finding.result === result).map(finding => finding.check);
  return { code, ok, stderr, output: stdout + stderr, find, withResult };
};

describe('doctor', () => {
  test('finds a whole installation in order', async () => {
    await seam.registerEndpoint(ENDPOINT, SECRET);
    const { code, ok, find, withResult } = await doctor();
    expect(withResult('problem')).toEqual([]);
    expect(withResult('not_checked')).toEqual([]);
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(find('users table')?.detail).toContain('text');
    expect(find('Seam key and workspace')?.detail).toContain(seam.workspaceId);
    expect(find('webhook registration')?.detail).toContain(ENDPOINT);
  });

  test('without any setting names those that are missing, and what it could not check', async () => {
    const { code, stdout, stderr } = await runHere(['doctor'], { NODE_ENV: 'production' });
    expect(code).toBe(1);
    expect(stdout.match(/[A-Z_]+(?= is missing)/g)).toEqual([
      'DATABASE_URL',
      'SEAM_API_KEY',
      'SEAM_WEBHOOK_SECRET',
      'CONSOLE_URL',
    ]);
    expect(stdout.match(/^.*not checked/gm)).toHaveLength(19);
    expect(stderr).toMatch(/^4 of \d+ need attention\.\n$/);
  });

  test('goes on past a wrong setting and a database that is out of reach, and prints no secret', async () => {
    const { code, find, output, withResult } = await doctor({
      PORT: '99999',
      DATABASE_URL: `postgresql://ann:hunter2@127.0.0.1:${await freePort()}/locks`,
    });
    expect(code).toBe(1);
    expect(withResult('problem')).toEqual(['PORT', 'database', 'webhook registration']);
    expect(find('database')?.remedy).toContain('DATABASE_URL');
    expect(withResult('not_checked')).toEqual([
      'database clock',
      'migrations',
      'database rights',
      'queue',
      'database locks',
      'database size',
      'intake',
      'checks',
      'events',
      'API tokens',
      'views for the app',
      'telling the app',
      'endpoints',
      'users table',
      'search',
    ]);
    expect(find('Seam key and workspace')?.result).toBe('ok');
    for (const secret of ['hunter2', '99999', SECRET, seam.apiKey]) {
      expect(output).not.toContain(secret);
    }
  });

  test('sees a database that lacks migrations, and a Redis that is not there', async () => {
    await using empty = await createTestDatabase('template0');
    const { find } = await doctor({ DATABASE_URL: empty.url });
    expect(find('migrations')).toMatchObject({ result: 'problem', remedy: 'Run "migrate".' });
    expect(find('users table')?.result).toBe('not_checked');
    const redis = await doctor({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
    expect(redis.find('queue')).toMatchObject({ result: 'problem' });
    expect(redis.find('queue')?.remedy).toContain('REDIS_URL');
  });

  test('sees a users table that is not there, is empty, or has ids that can’t be used', async () => {
    await database.pool.query('create table if not exists people (id float8, key uuid)');
    expect((await doctor({ USERS_TABLE: 'persons' })).find('users table')).toMatchObject({
      result: 'problem',
      detail: expect.stringContaining('no table'),
    });
    expect((await doctor({ USERS_TABLE: 'people' })).find('users table')).toMatchObject({
      result: 'problem',
      detail: expect.stringContaining('float8'),
    });
    const uuids = await doctor({ USERS_TABLE: 'people', USERS_ID_COLUMN: 'key' });
    expect(uuids.find('users table')).toMatchObject({
      result: 'problem',
      detail: expect.stringContaining('has no users'),
    });
  });

  test('sees names and e-mails that are not where the settings say', async () => {
    const { find } = await doctor({ USERS_EMAIL_COLUMN: 'mail' });
    expect(find('users table')).toMatchObject({
      result: 'problem',
      detail: expect.stringContaining('column "mail" does not exist'),
      remedy: expect.stringContaining('USERS_EMAIL_COLUMN'),
    });
  });

  test('sees a key that Seam refuses', async () => {
    const { find } = await doctor({ SEAM_API_KEY: 'seam_not_a_key' });
    expect(find('Seam key and workspace')).toMatchObject({
      result: 'problem',
      remedy: expect.stringContaining('SEAM_API_KEY'),
    });
    expect(find('webhook registration')?.result).toBe('not_checked');
  });

  test('sees a clock of ours that is not the database’s', async () => {
    // Less than what Seam's clock may be off: that one shows whole seconds only.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 50_000 });
    const { find } = await doctor();
    vi.useRealTimers();
    expect(find('database clock')).toMatchObject({
      result: 'problem',
      // This clock stands still meanwhile.
      detail: expect.stringMatching(/^this process's clock is [1-5]\d s ahead of the database's$/),
      remedy: expect.stringContaining('NTP'),
    });
    expect(find('Seam clock')?.result).toBe('ok');
  });

  test('sees a clock that is wrong, and a workspace that sleeps', async () => {
    seam.interfere(path =>
      path === '/workspaces/get'
        ? response => {
            const date = new Date(Date.now() + 10 * 60_000).toUTCString();
            response.writeHead(200, { 'content-type': 'application/json', date });
            response.end('{"workspace":{"workspace_id":"w","name":"Locks"}}');
          }
        : null,
    );
    const { find } = await doctor();
    expect(find('Seam clock')).toMatchObject({
      result: 'problem',
      detail: expect.stringMatching(/our clock is (59\d|60\d) s behind Seam's/),
    });
    expect(find('database clock')?.result).toBe('ok');
    seam.interfere(null);
    seam.amend((_path, { workspace }) => {
      if (workspace) Object.assign(workspace, { is_suspended: true });
    });
    expect((await doctor()).find('Seam key and workspace')).toMatchObject({
      result: 'problem',
      detail: expect.stringContaining('suspended'),
    });
  });

  test('sees that the secret is another one', async () => {
    await seam.registerEndpoint(ENDPOINT, OTHER_SECRET);
    const { code, find, output } = await doctor();
    expect(code).toBe(1);
    expect(find('webhook registration')?.detail).toContain('SEAM_WEBHOOK_SECRET');
    expect(output).not.toMatch(/whsec_/);
  });

  test('WEBHOOK_URL says which endpoint is ours', async () => {
    const url = 'https://locks.example/seam/in';
    await seam.registerEndpoint(url, SECRET);
    expect((await doctor()).find('webhook registration')?.result).toBe('problem');
    const { find } = await doctor({ WEBHOOK_URL: url });
    expect(find('webhook registration')).toMatchObject({ result: 'ok', detail: url });
  });
});
