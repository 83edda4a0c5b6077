import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arrange } from '../../../src/outbox/arrange.ts';
import { erasePerson } from '../../../src/support/erasure/erase.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { unlinkByHand } from '../../../src/support/links/unlink.ts';
import { type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { whereStands } from '../../fixtures/dump.ts';
import { connectAs, hear, somebody } from '../../fixtures/life.ts';
import { SHELL } from '../../fixtures/shell.ts';

/* What the app is told of somebody, and what it answered, once they are erased. */

const forever = new AbortController().signal;

let site: HandDesk;
beforeAll(async () => {
  site = await openHandDesk();
});
afterAll(() => site[Symbol.asyncDispose]());

const erase = (userId: string, pool: pg.Pool = site.database.pool) =>
  erasePerson({ ...site.desk, pool }, SHELL, { userId, why: 'they asked' }, forever);
const arrangeAll = async (): Promise<void> => {
  while ((await arrange(site.database.pool)).isCut);
};
const query = async (text: string, values: unknown[] = []) =>
  (await site.database.pool.query(text, values)).rows;
/** Of one connection, as the app reads them. */
const told = async (about: string) => {
  await arrangeAll();
  return query(
    `select type, user_id as "user", data->'before'->>'user_id' as before, data->>'because' as because
       from reconciler.messages where about = $1 and type like 'account.%link%' order by sequence`,
    [about],
  );
};

/** A pool in which others give messages their place between any two transactions. */
const arrangedMeanwhile = (pool: pg.Pool): pg.Pool =>
  ({
    options: pool.options,
    query: async (...given: unknown[]) => {
      await arrangeAll();
      return (pool.query as (...all: unknown[]) => unknown)(...given);
    },
    connect: async () => {
      await arrangeAll();
      return pool.connect();
    },
  }) as unknown as pg.Pool;

test('what is on its way into its place is caught wherever it is by then', async () => {
  const who = somebody('kk1m');
  const lived = await connectAs(site, who);
  await unlinkByHand(site.desk, SHELL, lived.webview, { why: 'moved out' });
  await linkByHand(site.desk, SHELL, lived.webview, { userId: who.userId, why: 'has not' });
  await query('delete from reconciler.users where id = $1', [who.userId]);
  const { pseudonym } = await erase(who.userId, arrangedMeanwhile(site.database.pool));
  expect(await whereStands(site.database.pool, who.mark)).toEqual([]);
  expect(await told(lived.account)).toEqual([
    { type: 'account.linked', user: pseudonym, before: null, because: null },
    { type: 'account.unlinked', user: null, before: pseudonym, because: 'unlinked_by_hand' },
    { type: 'account.linked', user: pseudonym, before: null, because: null },
    { type: 'account.unlinked', user: null, before: null, because: 'erased' },
  ]);
});

test('an account whose link was never told of is told to be unlinked, once', async () => {
  const who = somebody('kk2m');
  const lived = await connectAs(site, who);
  await linkByHand(site.desk, SHELL, lived.webview, { userId: 'bob', why: 'it is Bob’s' });
  await linkByHand(site.desk, SHELL, lived.webview, { userId: who.userId, why: 'it isn’t' });
  // As of a version from before.
  await query('delete from reconciler.outbox');
  await query('delete from reconciler.told where about = $1', [lived.account]);
  await erase(who.userId);
  expect(await told(lived.account)).toEqual([
    { type: 'account.unlinked', user: null, before: null, because: 'erased' },
  ]);
});

test('an id of two digits goes, and one that begins with it stays', async () => {
  await query(`insert into reconciler.users (id) values ('42'), ('421')`);
  const lived = await connectAs(site, { ...somebody('kk3m'), userId: '42' });
  const other = await connectAs(site, { ...somebody('kk4m'), userId: '421' });
  await hear(site, { ...somebody('kk3m'), userId: '42' });
  // Of another's account, which was theirs before; and of one that only names them.
  await linkByHand(site.desk, SHELL, other.webview, { userId: '42', why: 'theirs' });
  await linkByHand(site.desk, SHELL, other.webview, { userId: '421', why: 'no' });
  await query(`insert into reconciler.outbox (type, about, sequence, data)
    values ('connection.needs_attention', 'connect_webview:x', 1, '{"claimed_user_id": "42"}'),
           ('connection.needs_attention', 'connect_webview:y', 1, '{"claimed_user_id": "421"}')`);
  await query(`update reconciler.told set user_id = '42' where about = 'connect_webview:odd'`);
  const { pseudonym } = await erase('42');
  expect(await told(lived.account)).toEqual([
    { type: 'account.linked', user: pseudonym, before: null, because: null },
    { type: 'account.unlinked', user: null, before: null, because: 'erased' },
  ]);
  expect(await told(other.account)).toEqual([
    { type: 'account.linked', user: '421', before: null, because: null },
    { type: 'account.relinked', user: pseudonym, before: '421', because: 'linked_by_hand' },
    { type: 'account.relinked', user: '421', before: pseudonym, because: 'linked_by_hand' },
  ]);
  expect(
    await query(
      `select data->>'claimed_user_id' as claimed from reconciler.messages
        where about in ('connect_webview:x', 'connect_webview:y') order by about`,
    ),
  ).toEqual([{ claimed: pseudonym }, { claimed: '421' }]);
  expect(await query(`select about from reconciler.told where user_id = '42'`)).toEqual([]);
});

test('of an account that is another’s by now, only what names the erased goes', async () => {
  const [one, other] = [somebody('kk5m'), somebody('kk6m')];
  const lived = await connectAs(site, one);
  await query('insert into reconciler.users (id) values ($1)', [other.userId]);
  await linkByHand(site.desk, SHELL, lived.webview, { userId: other.userId, why: 'theirs' });
  await hear(site, other);
  await hear(site, one);
  await erase(one.userId);
  expect(await whereStands(site.database.pool, one.userId)).toEqual(['users.id']);
  const answers = await query(
    `select a.answer, a.fault, a.status from reconciler.send_attempts a join reconciler.messages m using (position)
      where m.about = $1 order by position`,
    [lived.account],
  );
  const kept = (email: string) => ({
    answer: `I know no ${email}`,
    fault: `It answered 500: no ${email}`,
    status: 500,
  });
  expect(answers).toEqual([kept('[erased]'), kept(other.email)]);
  expect(
    await query(`select user_id from reconciler.told where about = $1`, [lived.account]),
  ).toEqual([{ user_id: other.userId }]);
});

test('what the app answered to news of theirs goes as a whole, and so do Seam’s words', async () => {
  const who = somebody('kk7m');
  const lived = await connectAs(site, who);
  await query(
    `update reconciler.connect_webviews set status = 'failed', failure_description = 'Mailed to aunt Edith'
      where connect_webview_id = $1`,
    [lived.webview.slice('connect_webview:'.length)],
  );
  await hear(site, who);
  await query(
    `update reconciler.send_attempts set answer = 'Aunt Edith is not at home' where position in (
       select position from reconciler.messages where about = $1)`,
    [lived.account],
  );
  expect(await whereStands(site.database.pool, 'edith')).toEqual([
    'connect_webviews.failure_description',
    'messages.data',
    'send_attempts.answer',
  ]);
  await erase(who.userId);
  expect(await whereStands(site.database.pool, 'edith')).toEqual([]);
});
