import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetAlerts } from '../../src/alerts/forget.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('what was over 90 days ago goes, with what was told of it; what is still so stays, however old', async () => {
  await database.pool.query(`
    insert into reconciler.alerts (rule, about, sentence, began_at, ended_at)
    values ('silence', 'old', 's', now() - interval '99 days', now() - interval '91 days'),
           ('silence', 'late', 's', now() - interval '99 days', now() - interval '89 days'),
           ('silence', 'open', 's', now() - interval '99 days', null);
    insert into reconciler.alert_notices (channel, kind, alert_ids, created_at)
    values ('slack', 'began', '{1}', now() - interval '91 days'),
           ('slack', 'began', '{1,3}', now() - interval '91 days'),
           ('slack', 'over', '{2}', now() - interval '89 days');
    insert into reconciler.alert_silences (until, why, by, at)
    values (now() - interval '91 days', 'w', 'ada', now() - interval '99 days'),
           (now() - interval '89 days', 'w', 'ada', now() - interval '99 days')`);
  expect(await forgetAlerts(database.pool, new AbortController().signal)).toBe(3);
  const of = async (text: string) => (await database.pool.query(text)).rows;
  expect(await of('select about from reconciler.alerts order by id')).toEqual([
    { about: 'late' },
    { about: 'open' },
  ]);
  expect(await of('select id::int from reconciler.alert_notices order by id')).toEqual([
    { id: 2 },
    { id: 3 },
  ]);
  expect(await of('select id::int from reconciler.alert_silences')).toEqual([{ id: 2 }]);
});
