import { expect, test } from 'vitest';
import { tellOfSilentTriggers } from '../../src/app/silent-triggers.ts';
import { createTestDatabase } from '../fixtures/database.ts';

test('a start warns once where changes are not told, and else says nothing', async () => {
  await using database = await createTestDatabase();
  const warned: unknown[] = [];
  const log = { warn: (...said: unknown[]) => void warned.push(said[0]) };
  await tellOfSilentTriggers(database.pool, log);
  expect(warned).toEqual([]);
  await database.pool.query('drop trigger tell_of_link on reconciler.links');
  await database.pool.query(
    'alter table reconciler.reconciliations disable trigger tell_of_reconciliation',
  );
  await tellOfSilentTriggers(database.pool, log);
  expect(warned).toMatchObject([
    { triggers: ['tell_of_link on links', 'tell_of_reconciliation on reconciliations'] },
  ]);
});
