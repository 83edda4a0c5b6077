import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { idOfSession } from '../../src/operators/open-sessions.ts';
import { type Clerk, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { sessionFor } from '../fixtures/passkeys.ts';

/* Whoever sits down at a computer that was left open: what they can't do without signing in. */

const PASSWORD = 'violet anvil crosses pond';
const ACCOUNT = '/support/account';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(async () => {
  await desk.database.pool.query('update reconciler.sessions set created_at = now()');
});

const isIn = async (clerk: Clerk): Promise<boolean> =>
  (await clerk.get('/support')).text.includes('Needs attention');
const leaveOpen = async (): Promise<void> => {
  await desk.database.pool.query(
    `update reconciler.sessions set created_at = now() - interval '16 min'`,
  );
};

test('long after signing in nobody ends what is open elsewhere, and the page says what to do', async () => {
  const here = await desk.signIn({ name: 'Ada', password: PASSWORD, role: 'viewer' });
  const elsewhere = await desk.signIn({ name: 'Ada', password: PASSWORD });
  const session = idOfSession(await sessionFor(desk.database, elsewhere));
  await leaveOpen();
  const { text } = await here.get(ACCOUNT);
  expect(text).toContain('To sign out of other browsers, sign in again');
  expect(text).toContain('href="/support/sign-in?next=%2Fsupport%2Faccount"');
  expect(text).not.toContain('/support/account/end-session');
  expect(text).not.toContain('/support/account/sign-out-elsewhere');
  for (const what of ['end-session', 'sign-out-elsewhere']) {
    const refused = await here.post(`${ACCOUNT}/${what}`, { session });
    expect([what, refused.status]).toEqual([what, 409]);
    expect(refused.text).toContain('more than 15 minutes ago. Sign in again to sign out of');
  }
  expect(await isIn(elsewhere)).toBe(true);

  const again = await desk.signIn({ name: 'Ada', password: PASSWORD });
  await again.post(`${ACCOUNT}/end-session`, { session });
  expect(await isIn(elsewhere)).toBe(false);
});

test('signing out here asks for nothing, whichever way', async () => {
  const here = await desk.signIn({ name: 'Bea', password: PASSWORD, role: 'viewer' });
  const other = await desk.signIn({ name: 'Bea', password: PASSWORD });
  const session = idOfSession(await sessionFor(desk.database, here));
  await leaveOpen();
  await here.post(`${ACCOUNT}/end-session`, { session });
  expect(await isIn(here)).toBe(false);
  await other.post('/support/sign-out');
  expect(await isIn(other)).toBe(false);
});

test('a first password is set soon after the link, or with a new one', async () => {
  const { support } = desk.clerks;
  const first = { next: 'umber lantern folds slowly', again: 'umber lantern folds slowly' };
  expect((await support.get(ACCOUNT)).text).toContain('Set password');
  await leaveOpen();
  const { text } = await support.get(ACCOUNT);
  expect(text).not.toContain('Set password');
  expect(text).toContain('a new sign-in link, which an admin makes for you');
  const refused = await support.post(`${ACCOUNT}/password`, first);
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('more than 15 minutes ago. Sign in again to choose a password');
  const { rows } = await desk.database.pool.query(
    `select password_hash from reconciler.operators where name = 'a support'`,
  );
  expect(rows).toEqual([{ password_hash: null }]);
});

test('whoever knows the present password changes it at any time', async () => {
  const cas = await desk.signIn({ name: 'Cas', password: PASSWORD, role: 'viewer' });
  await leaveOpen();
  const next = 'umber lantern folds slowly';
  const done = await cas.post(`${ACCOUNT}/password`, { present: PASSWORD, next, again: next });
  expect(done.text).toContain('Password changed');
});
