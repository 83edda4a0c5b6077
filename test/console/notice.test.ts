import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSession, leaveNotice, type Session } from '../../src/operators/sessions.ts';
import { type Clerk, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { until } from '../fixtures/wait.ts';

/* What a form did is told on the page after it. It is told once, and none is lost. */

let desk: TestDesk;
let clerk: Clerk;
let session: Session;
beforeAll(async () => {
  desk = await openDesk();
  clerk = desk.clerks.support;
  const found = await findSession(desk.database.pool, clerk.cookie.split('=')[1] ?? '');
  if (found === null) throw new Error('nobody is signed in');
  session = found;
});
afterAll(() => desk[Symbol.asyncDispose]());

const leave = (text: string): Promise<void> => leaveNotice(desk.database.pool, session, { text });
const nextPage = async (): Promise<string> => (await clerk.get('/support/account')).text;

test('a notice is told once', async () => {
  await leave('It was retried.');
  expect(await nextPage()).toContain('It was retried.');
  expect(await nextPage()).not.toContain('It was retried.');
});

test('one that is left while a page tells the one before is told on the next page', async () => {
  const { pool } = desk.database;
  await leave('The first was done.');
  const other = await pool.connect();
  await other.query('begin; select from reconciler.sessions for update');
  const page = nextPage();
  await until('the page to take its notice away', async () => {
    const { rowCount } = await pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rowCount === 1;
  });
  await other.query(
    `update reconciler.sessions set notice = '{"text":"The second was done."}' where notice is not null`,
  );
  await other.query('commit');
  other.release();
  expect(await page).toContain('The first was done.');
  expect(await nextPage()).toContain('The second was done.');
});

test('a part of a page that refreshes itself meanwhile takes none', async () => {
  await leave('It was dismissed.');
  const refresh = await fetch(`${desk.url}/support/account`, {
    headers: { cookie: clerk.cookie, 'hx-request': 'true', 'hx-target': 'a-part' },
  });
  expect(await refresh.text()).not.toContain('It was dismissed.');
  const inPlace = await fetch(`${desk.url}/support/account`, {
    headers: { cookie: clerk.cookie, 'hx-request': 'true', 'hx-target': 'main' },
  });
  expect(await inPlace.text()).toContain('It was dismissed.');
});

test('of two clicks at once the first one’s is told, whichever is the later', async () => {
  const { pool } = desk.database;
  await leaveNotice(pool, session, { text: 'This was done already.' }, true);
  await leave('It was linked.');
  expect(await nextPage()).toContain('It was linked.');
  await leave('It was linked.');
  await leaveNotice(pool, session, { text: 'This was done already.' }, true);
  expect(await nextPage()).toContain('It was linked.');
});
