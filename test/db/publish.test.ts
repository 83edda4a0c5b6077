import { describe, expect, test } from 'vitest';
import { readerStatements } from '../../src/db/grants.ts';
import { isMigrated, runMigrations } from '../../src/db/migrate.ts';
import { readViewsFault } from '../../src/db/publish.ts';
import type { Logger } from '../../src/ops/log.ts';
import { createQueueBackend } from '../../src/queue/backend.ts';
import { CONTRACTS, readColumns } from '../fixtures/contracts.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { openPool } from '../fixtures/pools.ts';
import { createRole } from '../fixtures/roles.ts';
import { silentLog } from '../fixtures/settings.ts';

type Line = Readonly<{ remedy?: string; msg: string }>;

/** A log of which the warnings are kept. */
const createHeardLog = (): { log: Logger; lines: readonly Line[] } => {
  const lines: Line[] = [];
  const warn = (fields: object, msg: string): void => void lines.push({ ...fields, msg });
  return { log: Object.assign(Object.create(silentLog), { warn }), lines };
};

const LATEST = Object.values(CONTRACTS).at(-1);

const oids = async ({ pool }: TestDatabase) =>
  (
    await pool.query(
      `select oid, xmin::text, relname from pg_class
        where relnamespace = to_regnamespace('reconciler_public') order by relname`,
    )
  ).rows;

describe('the views', () => {
  test('are left as they are where they are up to date, also while somebody reads them', async () => {
    await using database = await createTestDatabase();
    const before = await oids(database);
    const client = await database.pool.connect();
    await client.query('begin; select from reconciler_public.user_accounts');
    await runMigrations(database.url, [], { maxTries: 1 });
    await client.query('rollback');
    client.release();
    expect(await oids(database)).toEqual(before);
    expect(await readViewsFault(database.pool)).toBeNull();
  });

  test('of the version before get what is new, and who reads them keeps the right to', async () => {
    await using database = await createTestDatabase();
    const { pool } = database;
    await using reader = await createRole(database, role => readerStatements(role, 'postgres'));
    await pool.query(
      `drop view reconciler_public.user_accounts;
       create view reconciler_public.user_accounts as select user_id, connected_account_id, null::text as account_type
         from reconciler.links;
       grant select on reconciler_public.user_accounts to ${reader.name};
       comment on view reconciler_public.contract_version is 'seam-reconciler contract 1.0 of-before'`,
    );
    expect(await readViewsFault(pool)).toMatch(/are of another version: run "migrate"$/);
    await runMigrations(database.url, []);
    expect(await readColumns(pool)).toEqual(LATEST);
    expect(await readViewsFault(pool)).toBeNull();
    const { rows } = await pool.query(
      `select has_table_privilege($1, 'reconciler_public.user_accounts', 'select') as may`,
      [reader.name],
    );
    expect(rows).toEqual([{ may: true }]);
  });

  test('of a newer version stay, so that one can go back', async () => {
    await using database = await createTestDatabase();
    const { pool } = database;
    await pool.query(
      `create or replace view reconciler_public.contract_version as select 1 as major, 9 as minor, 'x' as later;
       comment on view reconciler_public.contract_version is 'seam-reconciler contract 1.9 of-later'`,
    );
    const before = await oids(database);
    await runMigrations(database.url, []);
    expect(await oids(database)).toEqual(before);
    expect(await readViewsFault(pool)).toBeNull();
  });

  test('that are missing are told of, to any role, and made', async () => {
    await using database = await createTestDatabase();
    await using nobody = await createRole(database, () => []);
    await database.pool.query('drop view reconciler_public.messages');
    await using own = openPool(nobody.url);
    expect(await readViewsFault(own)).toBe(
      'views for your app are missing in the schema reconciler_public (messages): run "migrate", which says so where its role may not make them',
    );
    await runMigrations(database.url, []);
    expect(await readViewsFault(own)).toBeNull();
  });
});

describe('a role that may not make them', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['the schema', [], /^create schema reconciler_public authorization "?role_\w+"?;$/],
    [
      'views in it',
      ['create schema reconciler_public'],
      /^grant usage, create on schema reconciler_public to "?role_\w+"?;$/,
    ],
  ])('(%s) migrates everything else, and says what lets it', async (_what, before, remedy) => {
    await using database = await createTestDatabase('template0');
    for (const statement of before) await database.pool.query(statement);
    await using role = await createRole(database, name => [
      `create schema reconciler authorization ${name}`,
      `create schema bullmq authorization ${name}`,
    ]);
    await using backend = createQueueBackend({
      redisUrl: undefined,
      databaseUrl: role.url,
      log: silentLog,
    });
    const { log, lines } = createHeardLog();
    await runMigrations(role.url, backend.migrations, { log });
    expect(await isMigrated(database.pool)).toBe(true);
    await backend.probe();
    expect(await readViewsFault(database.pool)).toContain('are missing');
    const warnings = lines;
    expect(warnings).toMatchObject([
      { remedy: expect.stringMatching(remedy), msg: expect.stringContaining('were not made') },
    ]);

    await database.pool.query(String(warnings[0]?.remedy));
    await runMigrations(role.url, backend.migrations, { log });
    expect(await readColumns(database.pool)).toEqual(LATEST);
    expect(lines).toHaveLength(1);
  });

  test('as they are another role’s, says whose they must be', async () => {
    await using database = await createTestDatabase();
    await using role = await createRole(database, name => [
      `alter schema reconciler owner to ${name}`,
      `do $$ declare r record; begin
         for r in select tablename from pg_tables where schemaname = 'reconciler' loop
           execute format('alter table reconciler.%I owner to ${name}', r.tablename);
         end loop;
         for r in select oid::regprocedure as f from pg_proc where pronamespace = 'reconciler'::regnamespace loop
           execute format('alter function %s owner to ${name}', r.f);
         end loop; end $$`,
      `grant usage, create on schema reconciler_public to ${name}`,
    ]);
    await database.pool.query(
      `comment on view reconciler_public.contract_version is 'seam-reconciler contract 1.0 of-before'`,
    );
    const { log, lines } = createHeardLog();
    await runMigrations(role.url, [], { log });
    const [told] = lines.filter(({ remedy }) => remedy !== undefined);
    expect(told?.remedy).toContain(
      `alter view reconciler_public.account_states owner to "${role.name}"`,
    );
    await database.pool.query(String(told?.remedy));
    await runMigrations(role.url, [], { log });
    expect(await readViewsFault(database.pool)).toBeNull();
  });
});

test('something else under one of their names is left as it was, and told', async () => {
  await using database = await createTestDatabase();
  await database.pool.query(
    `drop view reconciler_public.messages; create table reconciler_public.messages (theirs text);
     comment on view reconciler_public.contract_version is null`,
  );
  await expect(runMigrations(database.url, [])).rejects.toThrow(
    'The migration of the views for your app (schema reconciler_public) failed: "messages" is not a view.',
  );
  await database.pool.query('select theirs from reconciler_public.messages');
});
