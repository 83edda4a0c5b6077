import { expect, test } from 'vitest';
import { CannotMigrateError, MigrationError } from '../../src/db/errors.ts';
import { createReconciler, OptionsError, ReconcilerError } from '../../src/library/index.ts';
import { told } from '../../src/library/told.ts';
import { openGround } from '../fixtures/library.ts';

/* What migrate() says of what it could not do, and what the others say of a database that isn't migrated. */

test('a step that misses a table is no missing migration', async () => {
  await using ground = await openGround();
  await ground.database.pool.query('drop table reconciler.connect_webviews cascade');
  await using reconciler = createReconciler(ground.options);
  const fault = await reconciler.migrate().catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(ReconcilerError);
  expect(fault).toMatchObject({ code: 'cannot_migrate', cause: { name: 'MigrationError' } });
  expect(String(fault)).toContain('connect_webviews');
  expect(String(fault)).toContain('then call reconciler.migrate() again');
});

test('a database that won’t do, and the words of a command', () => {
  const unfit = new CannotMigrateError({ detail: 'it is a replica', remedy: 'Use the primary' });
  const fault = told(unfit, 'databaseUrl');
  expect(fault).toMatchObject({ code: 'cannot_migrate', cause: unfit });
  expect(String(fault)).toContain('it is a replica');
  const lost = new MigrationError('our tables', new Error('Connection terminated unexpectedly'));
  expect(told(lost, 'databaseUrl')).toMatchObject({ code: 'cannot_migrate' });
});

test('the address that was used is named: that of migrate() where it has one of its own', async () => {
  await using ground = await openGround();
  const away = 'postgresql://app:hidden-word@127.0.0.1:1/app';
  await using reconciler = createReconciler({ ...ground.options, migrateDatabaseUrl: away });
  const fault = await reconciler.migrate().catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'database_unavailable' });
  expect(String(fault)).toContain('(migrateDatabaseUrl)');
  expect(String(fault)).not.toContain('hidden-word');
  expect(await reconciler.accountsOf('ada')).toEqual([]);
});

test('without migrations each method says so, and health() names the method that is to be called', async () => {
  await using ground = await openGround('postgres', 'template0');
  await using reconciler = createReconciler(ground.options);
  for (const method of [
    () => reconciler.connect('ada'),
    () => reconciler.accountsOf('ada'),
    () => reconciler.work(),
  ]) {
    await expect(method()).rejects.toMatchObject({ code: 'not_migrated' });
  }
  const { ready, checks } = await reconciler.health();
  expect(ready).toBe(false);
  expect(checks.migrations).toBe('missing: call reconciler.migrate()');
});

test('a table of users that isn’t there is told as the option that names it', async () => {
  await using ground = await openGround();
  const options = { ...ground.options, users: { table: 'public.people' } };
  await using reconciler = createReconciler(options);
  for (const method of [() => reconciler.connect('ada'), () => reconciler.accountsOf('ada')]) {
    const fault = await method().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(OptionsError);
    expect(String(fault)).toContain('users.table');
  }
});
