import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetAnswers } from '../../src/audit-log/forget.ts';
import { forgetSignIns, forgetTokens } from '../../src/operators/forget.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

let database: TestDatabase;
const { signal } = new AbortController();

beforeAll(async () => {
  database = await createTestDatabase();
  await query(`insert into reconciler.operators (name, role) values ('Ada', 'admin')`);
});
afterAll(() => database[Symbol.asyncDispose]());

const query = (text: string, values: unknown[] = []) => database.pool.query(text, values);
const countIn = async (table: string) =>
  Number((await query(`select count(*) from reconciler.${table}`)).rows[0]?.count);

test('sessions, links, failed tries and places that are over go, also where nobody signs in', async () => {
  await query(
    `insert into reconciler.sessions (token_hash, operator_id, seen_at, expires_at)
     select convert_to(what, 'UTF8'), id, now() - seen * interval '1 h', now() + ends * interval '1 h'
       from reconciler.operators,
            (values ('open', 7, 1), ('idle', 9, 1), ('expired', 0, -1)) as t(what, seen, ends)`,
  );
  await query(
    `insert into reconciler.sign_in_links (token_hash, operator_id, expires_at)
     select convert_to(what, 'UTF8'), id, now() + ends * interval '1 h'
       from reconciler.operators, (values ('open', 1), ('expired', -1)) as t(what, ends)`,
  );
  await query(
    `insert into reconciler.sign_in_places (operator_id, place_hash, seen_at)
     select id, convert_to(what, 'UTF8'), now() - days * interval '1 day'
       from reconciler.operators, (values ('lately', 89), ('long ago', 91)) as t(what, days)`,
  );
  // Somebody tried many names.
  await query(
    `insert into reconciler.sign_in_failures (key, failures, failed_at, blocked_until)
     select n, 6, now() - n % 2 * interval '13 h', now() - interval '1 s' from generate_series(1, 5000) n`,
  );
  expect(await forgetSignIns(database.pool, signal)).toBe(2 + 1 + 2_500 + 1);
  expect(await countIn('sessions')).toBe(1);
  expect(await countIn('sign_in_links')).toBe(1);
  expect(await countIn('sign_in_places')).toBe(1);
  expect(await countIn('sign_in_failures')).toBe(2_500);
});

test('answers that no request is told again go, and may be many', async () => {
  await query(
    `insert into reconciler.api_answers (actor, key, request_hash, at)
     select 'token:1', n, '', now() - (23 + n % 2 * 2) * interval '1 h' from generate_series(1, 5000) n`,
  );
  expect(await forgetAnswers(database.pool, signal)).toBe(2_500);
  expect(await countIn('api_answers')).toBe(2_500);
});

test('tokens that ended long ago go, with their old secrets; those that work or ended lately stay', async () => {
  await query(
    `insert into reconciler.api_tokens (name, role, token_hash, created_by, secret_at, lifetime_hours, revoked_at)
     select what, 'viewer', convert_to(what, 'UTF8'), 'Ada', now() - age * interval '1 day', 240,
            now() - revoked * interval '1 day'
       from (values ('works', 5, null), ('expired lately', 99, null), ('expired long ago', 101, null),
                    ('revoked lately', 95, 89), ('revoked long ago', 95, 91)) as t(what, age, revoked)`,
  );
  await query(
    `insert into reconciler.former_token_secrets (token_hash, token_id, until)
     select convert_to(name || days, 'UTF8'), id, now() - days * interval '1 day'
       from reconciler.api_tokens, (values (89), (91)) as t(days)
      where name in ('works', 'expired long ago')`,
  );
  expect(await forgetTokens(database.pool, signal)).toBe(2 + 2);
  const { rows } = await query('select name from reconciler.api_tokens order by name');
  expect(rows.map(({ name }) => name)).toEqual(['expired lately', 'revoked lately', 'works']);
  expect(await countIn('former_token_secrets')).toBe(1);
});
