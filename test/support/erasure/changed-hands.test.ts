import { afterAll, beforeAll, expect, test } from 'vitest';
import { erasePerson } from '../../../src/support/erasure/erase.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { unlinkByHand } from '../../../src/support/links/unlink.ts';
import { type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { valuesIn, whereStands, wordColumns } from '../../fixtures/dump.ts';
import { connectAs, somebody, takeInEvents } from '../../fixtures/life.ts';
import { look } from '../../fixtures/reconciler.ts';
import { SHELL } from '../../fixtures/shell.ts';

/* Accounts that are one person's after the other's: of each only what is theirs goes. */

const forever = new AbortController().signal;

let site: HandDesk;
beforeAll(async () => {
  site = await openHandDesk();
});
afterAll(() => site[Symbol.asyncDispose]());

/** Both have had the account: the first connected it, the second connected it again. */
const passOn = async (first: string, second: string) => {
  const [one, other] = [somebody(first), somebody(second)];
  const lived = await connectAs(site, one);
  await site.database.pool.query('insert into reconciler.users (id) values ($1)', [other.userId]);
  const webviewId = await site.seam.createWebview({ id: other.userId });
  const { accountId } = lived;
  const { events } = await site.seam.completeWebview(webviewId, { email: other.email, accountId });
  await takeInEvents(site, events as never);
  await look(site.reconciler, `connect_webview:${webviewId}`);
  expect(await site.history(accountId)).toEqual([
    { user: one.userId, because: 'relinked' },
    { user: other.userId, because: null },
  ]);
  await site.database.pool.query('delete from reconciler.users where id = any($1)', [
    [one.userId, other.userId],
  ]);
  return { one, other, accountId, webviewId };
};
const erase = (userId: string) =>
  erasePerson(site.desk, SHELL, { userId, why: 'they asked' }, forever);

const linesWith = async (mark: string): Promise<string[]> => {
  const lines: string[] = [];
  for (const each of await wordColumns(site.database.pool)) {
    for (const value of await valuesIn(site.database.pool, each)) {
      if (value.includes(mark)) lines.push(`${each.table}.${each.column}: ${value}`);
    }
  }
  return lines.toSorted();
};

test('who had it before is erased, and what is the present owner’s stays', async () => {
  const { one, other, accountId } = await passOn('aa1q', 'bb2q');
  const before = await linesWith(other.userId);
  const { pseudonym } = await erase(one.userId);
  expect(await whereStands(site.database.pool, one.userId)).toEqual([]);
  expect(await linesWith(other.userId)).toEqual(before);
  expect(await site.history(accountId)).toEqual([
    { user: pseudonym, because: 'relinked' },
    { user: other.userId, because: null },
  ]);
});

test('who has it now is erased, and that another had it before stays', async () => {
  const { one, other, accountId, webviewId } = await passOn('cc3q', 'dd4q');
  const { pseudonym } = await erase(other.userId);
  expect(await whereStands(site.database.pool, other.mark)).toEqual([]);
  expect(await site.history(accountId)).toEqual([
    { user: one.userId, because: 'relinked' },
    { user: pseudonym, because: null },
  ]);
  const { rows } = await site.database.pool.query(
    `select custom_metadata from reconciler.connect_webviews where connect_webview_id = $1`,
    [webviewId],
  );
  expect(rows).toEqual([{ custom_metadata: {} }]);
});

test('an account that a person gave to another stays theirs, whose metadata names the erased', async () => {
  const who = somebody('ee5q');
  const lived = await connectAs(site, who);
  const order = { userId: 'bob', why: 'it is Bob’s' };
  await linkByHand(site.desk, SHELL, lived.webview, order);
  await site.database.pool.query('delete from reconciler.users where id = $1', [who.userId]);
  await erase(who.userId);
  expect(await whereStands(site.database.pool, who.userId)).toEqual([]);
  expect(await site.news(lived.account)).toMatchObject({ outcome: 'kept' });
  expect(await site.shown(lived.account)).toMatchObject({ user: 'bob', by: 'person' });
});

test('an account that a person gave to another, and took from them again, stays nobody’s', async () => {
  const who = somebody('ff6q');
  const lived = await connectAs(site, who);
  await linkByHand(site.desk, SHELL, lived.webview, { userId: 'bob', why: 'it is Bob’s' });
  await unlinkByHand(site.desk, SHELL, lived.webview, { why: 'it isn’t' });
  await site.database.pool.query('delete from reconciler.users where id = $1', [who.userId]);
  await erase(who.userId);
  expect(await whereStands(site.database.pool, who.userId)).toEqual([]);
  expect(await site.news(lived.account)).toMatchObject({ outcome: 'left_unlinked' });
  expect(await site.shown(lived.account)).toMatchObject({ user: null });
});
