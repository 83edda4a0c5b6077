import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DATA_FOLDER } from '../../src/cli/laptop.ts';
import { isMigrated } from '../../src/db/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { runHere } from '../fixtures/here.ts';
import { freePort } from '../fixtures/ports.ts';
import { SECRET } from '../fixtures/settings.ts';

const STACK = /^\s+at .+:\d+|node_modules/m;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

describe('settings that are missing or wrong stop the start, all named at once', () => {
  test.each([
    ['serve', ['DATABASE_URL', 'SEAM_WEBHOOK_SECRET']],
    ['serve --work', ['DATABASE_URL', 'SEAM_WEBHOOK_SECRET', 'SEAM_API_KEY']],
    ['work', ['DATABASE_URL', 'SEAM_API_KEY']],
    ['migrate', ['DATABASE_URL']],
  ])('%s without any: %j', async (command, missing) => {
    // Empty is absent: docker compose passes what is not set as ''.
    const { code, stdout, stderr } = await runHere(command.split(' '), { DATABASE_URL: '' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.match(/[A-Z_]+(?= is missing)/g)?.toSorted()).toEqual(missing.toSorted());
    expect(stderr).not.toMatch(STACK);
  });

  const wrong = {
    DATABASE_URL: 'mysql://ann:hunter2@db.internal/locks',
    REDIS_URL: 'http://ann:hunter2@redis.internal',
    SEAM_ENDPOINT: 'ftp://seam.internal',
    SEAM_WEBHOOK_SECRET: 'not the secret!',
    USER_METADATA_KEY: 'a_key_that_is_longer_than_seam_allows_it_to_be',
    USERS_TABLE: 'one.too.many',
    PORT: '99999',
    LOG_LEVEL: 'chatty',
    WORKER_CONCURRENCY: 'a dozen',
    WEBVIEW_LOOK_AFTER_MINUTES: 'soon',
  };

  test.each(['serve', 'work', 'migrate', 'dev', 'list'])(
    '%s with wrong ones names them and prints no value',
    async command => {
      const { code, stdout, stderr } = await runHere([command], wrong);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      for (const name of Object.keys(wrong)) expect(stderr).toContain(name);
      for (const value of Object.values(wrong)) expect(stderr).not.toContain(value);
      expect(stderr).not.toMatch(/hunter2|internal/);
      expect(stderr).not.toMatch(STACK);
    },
  );

  test('dev in production needs a database and a key, and starts nothing embedded', async () => {
    const pidFile = path.join(DATA_FOLDER, 'postgres', 'postmaster.pid');
    const embedded = () => (existsSync(pidFile) ? readFileSync(pidFile, 'utf8') : null);
    const before = embedded();
    const { code, stdout, stderr } = await runHere(['dev'], { NODE_ENV: 'production' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.match(/[A-Z_]+(?= is missing)/g)).toEqual(['DATABASE_URL', 'SEAM_API_KEY']);
    expect(embedded()).toBe(before);
  });

  test('work says that the users table is not there', async () => {
    const env = { DATABASE_URL: database.url, SEAM_API_KEY: 'seam_key', USERS_TABLE: 'app.people' };
    const { code, stdout, stderr } = await runHere(['work'], env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^USERS_TABLE: .*"app"\."people"/m);
    expect(stderr).not.toMatch(STACK);
  });

  test('work says that the users table has no such column', async () => {
    const env = { DATABASE_URL: database.url, SEAM_API_KEY: 'seam_key', USERS_ID_COLUMN: 'uid' };
    const { code, stderr } = await runHere(['work'], env);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^USERS_ID_COLUMN: .*"uid"/m);
  });
});

describe('a command that can’t be understood is a usage error, with a hint', () => {
  test.each([
    ['serv', "unknown command 'serv'"],
    ['serve --wrok', "unknown option '--wrok'"],
    ['show', "missing required argument 'id'"],
    ['show a b', 'too many arguments'],
    ['list --limit 0', '--limit'],
    ['list --limit many', '--limit'],
    ['list --state lost', '--state'],
    ['work --health-port 0', '--health-port'],
    ['webview create', '--user'],
    ['webview create --user a --metadata plan', '--metadata'],
    ['webview create --user a --provider-category stable --accepted-provider yale', '--provider'],
    ['webview create --user a --wait-for-device-creation perhaps', '--wait-for-device-creation'],
    ['webview create --user a --device-selection-mode all', '--device-selection-mode'],
    ['webhook setup', '--url'],
    ['sandbox connect --user a --webview b', '--webview'],
  ])('%s', async (command, named) => {
    const { code, stdout, stderr } = await runHere(command.split(' '), {
      DATABASE_URL: database.url,
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(named);
    expect(stderr).toContain('--help');
    expect(stderr).not.toMatch(STACK);
  });

  test.each([
    '',
    'serve',
    'work',
    'migrate',
    'dev',
    'show',
    'list',
    'retry',
    'queue',
    'queue status',
    'webview create',
    'webhook setup',
    'webhook check',
    'doctor',
    'sandbox',
    'sandbox connect',
  ])('%s --help explains it on stdout, without any setting', async command => {
    const { code, stdout, stderr } = await runHere(`${command} --help`.trim().split(' '), {});
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: seam-reconciler ${command}`.trim());
  });
});

describe('what a script builds on', () => {
  test.each([
    ['show nope --json', { matches: [] }],
    ['retry nope --json', { results: [] }],
    [
      'find nope --json',
      {
        text: 'nope',
        connections: [],
        more: false,
        next_cursor: null,
        total: 0,
        total_is_capped: false,
        left_out: [],
        users: [],
        failed_logins: [],
      },
    ],
  ])('%s finds nothing: exit 3, JSON on stdout, a sentence on stderr', async (command, json) => {
    const { code, stdout, stderr } = await runHere(command.split(' '), {
      DATABASE_URL: database.url,
    });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toEqual(json);
    expect(stderr).toMatch(/^No match for 'nope'\..*\n$/);
  });

  test('list --json of nothing is a whole answer', async () => {
    const { code, stdout } = await runHere(['list', '--json'], { DATABASE_URL: database.url });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      reconciliations: [],
      more: false,
      next_cursor: null,
      count: 0,
      count_is_capped: false,
    });
  });

  test('migrate brings an empty database up, again and again, and prints no data', async () => {
    await using empty = await createTestDatabase('template0');
    for (const _time of ['first', 'second']) {
      const { code, stdout, stderr } = await runHere(['migrate'], { DATABASE_URL: empty.url });
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(stderr).toContain('up to date');
    }
    expect(await isMigrated(empty.pool)).toBe(true);
  });
});

test('migrate goes by an address of its own, where there is one', async () => {
  await using empty = await createTestDatabase('template0');
  const nowhere = `postgresql://127.0.0.1:${await freePort()}/locks`;
  const env = { DATABASE_URL: nowhere, MIGRATE_DATABASE_URL: empty.url };
  expect(await runHere(['migrate'], env)).toMatchObject({ code: 0 });
  expect(await isMigrated(empty.pool)).toBe(true);
  expect(await runHere(['migrate'], { MIGRATE_DATABASE_URL: empty.url })).toMatchObject({
    code: 0,
  });
  const failed = await runHere(['migrate'], {
    DATABASE_URL: empty.url,
    MIGRATE_DATABASE_URL: nowhere,
  });
  expect(failed).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/\(MIGRATE_DATABASE_URL\)/),
  });
  expect((await runHere(['list'], env)).stderr).toContain('(DATABASE_URL)');
});

describe('what is out of order outside is told in a sentence', () => {
  test('a port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const env = { DATABASE_URL: database.url, SEAM_WEBHOOK_SECRET: SECRET, PORT: port };
    const { code, stdout, stderr } = await runHere(['serve'], env);
    server.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`${port}.*PORT`));
    expect(stderr).not.toMatch(STACK);
  });

  test.each(['migrate', 'show nope', 'list', 'retry nope', 'queue status'])(
    'a database out of reach (%s)',
    async command => {
      const DATABASE_URL = `postgresql://ann:hunter2@127.0.0.1:${await freePort()}/locks`;
      const { code, stdout, stderr } = await runHere(command.split(' '), { DATABASE_URL });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('DATABASE_URL');
      expect(stderr).not.toContain('hunter2');
      expect(stderr).not.toMatch(STACK);
    },
  );

  test('a database that lacks migrations', async () => {
    await using database = await createTestDatabase('template0');
    const { code, stderr } = await runHere(['show', 'nope'], { DATABASE_URL: database.url });
    expect(code).toBe(1);
    expect(stderr).toBe('The database is missing migrations: run "migrate".\n');
  });
});
