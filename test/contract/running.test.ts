import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runMigrations } from '../../src/db/migrate.ts';
import { beginAboveAll } from '../../src/db/restored.ts';
import { arrange } from '../../src/outbox/arrange.ts';
import { blocksOf } from '../fixtures/contract-document.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { ROOT } from '../fixtures/documents.ts';

/* What an engineer carries out, for what the app is told: after a restore, and for going back (docs/running.md). */

const exampleWith = (words: string): string => {
  const text = readFileSync(path.join(ROOT, 'docs/running.md'), 'utf8');
  const [found, ...more] = blocksOf('sql', text).filter(code => code.includes(words));
  if (found === undefined || more.length > 0) throw new Error(`no one example has ${words}`);
  return found;
};

const link = async ({ pool }: TestDatabase, user: string): Promise<void> => {
  await pool.query(
    `update reconciler.links set unlinked_at = now(), unlinked_because = 'relinked' where unlinked_at is null;
     insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ('acc', '${user}', 1)`,
  );
  await arrange(pool);
};

const read = async ({ pool }: TestDatabase, after: number) =>
  (
    await pool.query<{ position: number; sequence: number; user_id: string }>(
      `select position::float8 as position, sequence::float8 as sequence, user_id from reconciler_public.messages
        where position > $1 order by position`,
      [after],
    )
  ).rows;

test('after a restore, what is told comes after all that the app has seen, with a gap', async () => {
  await using database = await createTestDatabase();
  await link(database, 'ada');
  // What was told since the backup, and the app has seen.
  const [seen] = await read(database, 0);
  const cursor = (seen?.position ?? 0) + 500;
  await beginAboveAll(database.pool);
  await link(database, 'grace');
  const told = await read(database, cursor);
  expect(told).toMatchObject([{ user_id: 'grace' }]);
  expect(told[0]?.sequence).toBeGreaterThan(1_000_000);
  await link(database, 'alan');
  expect(await read(database, told[0]?.position ?? 0)).toMatchObject([
    { user_id: 'alan', sequence: (told[0]?.sequence ?? 0) + 1 },
  ]);
});

test('the statements for going back take every trigger away, and migrate makes them again', async () => {
  await using database = await createTestDatabase();
  const triggers = async () =>
    (
      await database.pool.query<{ name: string }>(
        `select tgname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
          where c.relnamespace = 'reconciler'::regnamespace and tgname like 'tell%' order by 1`,
      )
    ).rows;
  const before = await triggers();
  expect(before.length).toBeGreaterThan(5);
  await database.pool.query(exampleWith('drop trigger'));
  expect(await triggers()).toEqual([]);
  await link(database, 'ada');
  expect(await read(database, 0)).toEqual([]);
  await runMigrations(database.url, []);
  expect(await triggers()).toEqual(before);
  await link(database, 'grace');
  expect(await read(database, 0)).toMatchObject([{ user_id: 'grace' }]);
});
