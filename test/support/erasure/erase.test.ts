import { afterAll, beforeAll, expect, test } from 'vitest';
import { byMetadataKey } from '../../../src/config/user-identity.ts';
import { erasePerson, finishErasures } from '../../../src/support/erasure/erase.ts';
import { KilledError, killedAfter } from '../../fixtures/broken-pool.ts';
import { type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { whereStands } from '../../fixtures/dump.ts';
import { connectAs, liveThrough, type Somebody, somebody } from '../../fixtures/life.ts';
import { SHELL } from '../../fixtures/shell.ts';

const forever = new AbortController().signal;

let site: HandDesk;
beforeAll(async () => {
  site = await openHandDesk();
});
afterAll(() => site[Symbol.asyncDispose]());

const live = async (mark: string): Promise<Somebody> => {
  const who = somebody(mark);
  await liveThrough(site, who, await connectAs(site, who));
  await site.database.pool.query('delete from reconciler.users where id = $1', [who.userId]);
  return who;
};
const erase = (who: Somebody, signal = forever) =>
  erasePerson(site.desk, SHELL, { userId: who.userId, why: 'they asked' }, signal);
const left = (who: Somebody) => whereStands(site.database.pool, who.mark);

const isKilled = (error: unknown): boolean =>
  error instanceof KilledError || (error instanceof Error && error.cause instanceof KilledError);

test('killed between any two statements, it is finished by whoever is there next', async () => {
  const who = await live('kk3w');
  let begun = false;
  for (let statements = 1; !begun; statements++) {
    const pool = killedAfter(site.database.pool, statements);
    const order = { userId: who.userId, why: 'they asked' };
    await erasePerson({ ...site.desk, pool }, SHELL, order, forever).catch((error: unknown) => {
      if (!isKilled(error)) throw error;
    });
    const { rowCount } = await site.database.pool.query('select from reconciler.erasures');
    begun = rowCount === 1;
  }
  let kills = 0;
  for (;;) {
    const pool = killedAfter(site.database.pool, 3 + (kills % 40));
    const done = await finishErasures(pool, byMetadataKey('id'), forever).catch(
      (error: unknown) => {
        if (!isKilled(error)) throw error;
        kills++;
        return 0;
      },
    );
    if (done > 0 || kills > 200) break;
  }
  expect(kills).toBeGreaterThan(20);
  expect(kills).toBeLessThan(200);
  expect(await left(who)).toEqual([]);
});

test('two people at once, one of them asked for twice: each is erased once', async () => {
  const [one, other] = [await live('mm4z'), await live('nn5q')];
  const [first, second] = await Promise.all([erase(one), erase(one), erase(other)]);
  expect(second?.erasure).toBe(first?.erasure);
  await finishErasures(site.database.pool, byMetadataKey('id'), forever);
  expect(await left(one)).toEqual([]);
  expect(await left(other)).toEqual([]);
  const { rows } = await site.database.pool.query(
    'select count(*)::int as erasures, count(finished_at)::int as finished, count(person)::int as known from reconciler.erasures',
  );
  expect(rows).toEqual([{ erasures: 3, finished: 3, known: 0 }]);
});

test('asked to stop, it says that it is not finished, and goes on later', async () => {
  const who = await live('tt6v');
  const stopped = await erase(who, AbortSignal.abort());
  expect(stopped.finished).toBe(false);
  expect(await finishErasures(site.database.pool, byMetadataKey('id'), forever)).toBe(1);
  expect(await left(who)).toEqual([]);
});

test('one that can’t be finished keeps no other waiting', async () => {
  const { pool } = site.database;
  await pool.query(`insert into reconciler.erasures (pseudonym, person) values ('broken', '{}')`);
  const who = await live('ss2w');
  await erase(who, AbortSignal.abort());
  await expect(finishErasures(pool, byMetadataKey('id'), forever)).rejects.toThrow();
  expect(await left(who)).toEqual([]);
  await pool.query(`delete from reconciler.erasures where pseudonym = 'broken'`);
});

test('a table of many pages is gone through to its end', async () => {
  const who = await live('rr9x');
  await site.database.pool.query(
    `insert into reconciler.notes (subject, text, by)
     select 'connect_webview:another', 'Ask ' || $1, 'Alan' from generate_series(1, 2100)`,
    [who.email],
  );
  const { counts } = await erase(who);
  expect(counts.notes).toBeGreaterThanOrEqual(2_100);
  expect(await left(who)).toEqual([]);
});

test.each([
  ['an id', { userId: ' ', why: 'they asked' }, 'user_id'],
  ['a reason', { userId: 'x', why: ' ' }, 'why'],
])('without %s nothing is done', async (_what, order, field) => {
  await expect(erasePerson(site.desk, SHELL, order, forever)).rejects.toMatchObject({
    fault: 'invalid',
    faults: { [field]: expect.any(String) },
  });
});

test('a second one in the same process waits for whoever is there next, and takes no connection', async () => {
  const [one, other] = [await live('aa1w'), await live('bb2w')];
  const both = await Promise.all([erase(one), erase(other)]);
  expect(both.map(({ finished }) => finished).toSorted()).toEqual([false, true]);
  await finishErasures(site.database.pool, site.desk.config.identity, forever);
  expect([await left(one), await left(other)]).toEqual([[], []]);
});
