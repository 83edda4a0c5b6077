import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isMigrated } from '../../src/db/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { freePort } from '../fixtures/ports.ts';
import { run, start } from '../fixtures/processes.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';
import { createNewerVersion, type Version } from '../fixtures/version.ts';
import { until } from '../fixtures/wait.ts';
import { postAll } from '../fixtures/webhooks.ts';

const TABLES = `select array_agg(format('%s.%s', table_schema, table_name) order by 1) as names
  from information_schema.tables where table_schema in ('reconciler', 'bullmq')`;
const tablesOf = async ({ pool }: TestDatabase): Promise<string[]> =>
  (await pool.query<{ names: string[] | null }>(TABLES)).rows[0]?.names ?? [];

let newer: Version;
let seam: TestSeam;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  newer = stack.use(
    await createNewerVersion([
      'ALTER TABLE "reconciler"."links" ADD COLUMN "note" text',
      'CREATE TABLE "reconciler"."newer" ("id" bigint PRIMARY KEY NOT NULL)',
      'ALTER TABLE "reconciler"."runs" ADD COLUMN "worker" text',
    ]),
  );
  seam = stack.use(await startTestSeam());
});
afterAll(() => stack.disposeAsync());

describe('a migration that fails stops the start, changes nothing, and is done once the cause is gone', () => {
  test.each(['migrate', 'dev'])('in the middle of ours (%s)', async command => {
    await using database = await createTestDatabase();
    await database.pool.query('create table reconciler.newer (theirs text)');
    const before = await tablesOf(database);
    const env = { DATABASE_URL: database.url, PORT: String(await freePort()) };
    const { code, stdout, stderr } = await run([command], env, newer.main);
    expect(code).toBe(1);
    expect(stdout).not.toContain('Listening');
    expect(stderr).toBe(
      'The migration of our tables (schema reconciler) failed: relation "newer" already exists. ' +
        'None of it was applied. Fix the cause, then run "migrate" again.\n',
    );
    expect(await tablesOf(database)).toEqual(before);
    await database.pool.query('select * from reconciler.links').then(({ fields }) => {
      expect(fields.map(({ name }) => name)).not.toContain('note');
    });

    await database.pool.query('drop table reconciler.newer');
    expect(await run(['migrate'], env, newer.main)).toMatchObject({ code: 0 });
    await database.pool.query('select note from reconciler.links');
    await database.pool.query('select worker from reconciler.runs');
  });

  test('in the middle of the queue’s', async () => {
    await using database = await createTestDatabase('template0');
    await database.pool.query('create schema bullmq create table job (theirs text)');
    const env = { DATABASE_URL: database.url };
    const { code, stderr } = await run(['migrate'], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^The migration of the queue \(schema bullmq\) failed: .+ None of it was applied\. Fix the cause, then run "migrate" again\.\n$/,
    );
    const tables = await tablesOf(database);
    expect(tables.filter(name => name.startsWith('bullmq.'))).toEqual(['bullmq.job']);
    // Ours came before it, and are whole.
    expect(await isMigrated(database.pool)).toBe(true);

    await database.pool.query('drop schema bullmq cascade');
    expect(await run(['migrate'], env)).toMatchObject({ code: 0 });
    expect((await tablesOf(database)).length).toBeGreaterThan(tables.length);
  });
});

describe('before "migrate", what is started', () => {
  test.each([
    ['no schema', 'template0' as const],
    ['the schema of the version before', 'template_reconciler' as const],
  ])('on %s is not ready, says why, and is ready by itself afterwards', async (_what, template) => {
    await using database = await createTestDatabase(template);
    const healthPort = String(await freePort());
    const env = {
      DATABASE_URL: database.url,
      SEAM_API_KEY: seam.apiKey,
      SEAM_ENDPOINT: seam.endpoint,
      SEAM_WEBHOOK_SECRET: SECRET,
      PORT: '0',
    };
    await using serve = start(['serve'], env, newer.main);
    await using work = start(['work', '--health-port', healthPort], env, newer.main);
    const url = String((await serve.logged('listening')).url);
    const workUrl = `http://127.0.0.1:${healthPort}`;
    await work.logged(template === 'template0' ? 'waiting for the queue' : 'worker ready');
    const readiness = async (of: string) => {
      const response = await fetch(`${of}/readyz`);
      const { checks } = (await response.json()) as { checks: Record<string, string> };
      return { status: response.status, migrations: checks.migrations };
    };
    const unready = { status: 503, migrations: 'missing: run "migrate"' };
    await until('the health port', () => readiness(workUrl).catch(() => null));
    expect([await readiness(url), await readiness(workUrl)]).toEqual([unready, unready]);

    expect(await run(['migrate'], env, newer.main)).toMatchObject({ code: 0 });
    await until('both ready', async () => {
      const [web, worker] = [await readiness(url), await readiness(workUrl)];
      return web.status === 200 && worker.status === 200;
    });
    await database.pool.query("insert into reconciler.users (id) values ('ada')");
    const webviewId = await seam.createWebview({ id: 'ada' });
    const { events } = await seam.completeWebview(webviewId, { email: 'a@l.example' });
    expect(await postAll(url, events)).toEqual(events.map(() => 204));
    await until('the link', async () => {
      const { rowCount } = await database.pool.query(
        "select from reconciler.links where user_id = 'ada'",
      );
      return rowCount === 1;
    });
  });
});
