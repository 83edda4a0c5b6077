import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  createSignInLink,
  signInWithLink,
  signInWithPassword,
} from '../../src/operators/sign-in.ts';
import { createToken } from '../../src/operators/tokens.ts';
import { type Clerk, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { runHere } from '../fixtures/here.ts';
import { addWithPassword } from '../fixtures/passwords.ts';
import { SHELL } from '../fixtures/shell.ts';

const PASSWORD = 'violet anvil crosses pond';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

const run = (...args: string[]) =>
  runHere(args, { DATABASE_URL: desk.database.url, OPERATOR_NAME: 'the shell' });
const isIn = async (clerk: Clerk): Promise<boolean> =>
  (await clerk.get('/support')).text.includes('Needs attention');
const add = (name: string) =>
  addWithPassword(desk.database.pool, { name, role: 'viewer', password: PASSWORD });
const idsIn = (page: string): string[] =>
  [...page.matchAll(/name="session" value="(\w+)"/g)].map(([, id = '']) => id);

/** Over HTTP, as a browser does it. @returns its cookie */
const signInOverHttp = async (name: string, userAgent: string): Promise<string> => {
  const response = await fetch(`${desk.url}/support/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ name, password: PASSWORD }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': userAgent },
  });
  expect(response.status).toBe(303);
  return (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
};

describe('one’s own sessions', () => {
  test('are listed with where and when, and no page has what would let anyone in', async () => {
    await add('Ada');
    const cookie = await signInOverHttp('Ada', FIREFOX);
    const ada = await desk.signIn({ name: 'Ada', password: PASSWORD });
    const { text } = await ada.get('/support/account');
    expect(text).toContain('Firefox on Linux');
    expect(text).toContain('127.0.0.1');
    expect(text).not.toContain(cookie.split('=')[1]);
  });

  test('end one by one, or all but this', async () => {
    await add('Bea');
    const here = await desk.signIn({ name: 'Bea', password: PASSWORD });
    const [one, two] = [
      await desk.signIn({ name: 'Bea', password: PASSWORD }),
      await desk.signIn({ name: 'Bea', password: PASSWORD }),
    ];
    const [session = ''] = idsIn((await here.get('/support/account')).text);
    await here.post('/support/account/end-session', { session });
    expect([await isIn(one), await isIn(two)].toSorted()).toEqual([false, true]);
    expect((await here.post('/support/account/end-session', { session })).status).toBe(404);
    await here.post('/support/account/sign-out-elsewhere');
    expect([await isIn(one), await isIn(two), await isIn(here)]).toEqual([false, false, true]);
  });

  test('nobody ends another’s by its id', async () => {
    await add('Cas');
    await add('Eve');
    const cas = await desk.signIn({ name: 'Cas', password: PASSWORD });
    const elsewhere = await desk.signIn({ name: 'Cas', password: PASSWORD });
    const [session = ''] = idsIn((await cas.get('/support/account')).text);
    const eve = await desk.signIn({ name: 'Eve', password: PASSWORD });
    expect((await eve.post('/support/account/end-session', { session })).status).toBe(404);
    expect(await isIn(elsewhere)).toBe(true);
  });
});

describe('another operator’s sessions', () => {
  test('an admin ends them, with links that nobody has used; nobody else does', async () => {
    const { pool } = desk.database;
    const { id } = await add('Dan');
    const dan = await desk.signIn({ name: 'Dan', password: PASSWORD });
    const link = await createSignInLink(pool, id, 60);
    const path = `/support/operators/${id}`;
    expect((await desk.clerks['on-call'].post(`${path}/sign-out`)).status).toBe(403);
    expect(await isIn(dan)).toBe(true);
    expect((await desk.clerks.admin.get(path)).text).toContain('Open sessions of Dan');
    const done = await desk.clerks.admin.post(`${path}/sign-out`);
    expect(done.text).toContain('Dan is signed out everywhere');
    expect(await isIn(dan)).toBe(false);
    expect(await signInWithLink(pool, link)).toBeNull();
    const { rows } = await pool.query(
      `select actor_name, after from reconciler.audit_log where target = $1 order by id desc limit 1`,
      [`operator:${id}`],
    );
    expect(rows).toMatchObject([
      { actor_name: 'a admin', after: { name: 'Dan', signed_out: 1, links_ended: 1 } },
    ]);
  });

  test('the shell lists them without a secret, and ends one person’s', async () => {
    const { id } = await add('Fay');
    const fay = await desk.signIn({ name: 'Fay', password: PASSWORD });
    const listed = await run('sessions', 'list', '--operator', 'fay', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject({
      sessions: [{ operator: 'Fay', operator_id: id, how: 'password' }],
    });
    expect(listed.stdout).not.toContain(fay.cookie.split('=')[1]);
    expect((await run('sessions', 'list')).stdout).toContain('Fay');
    const revoked = await run('sessions', 'revoke', '--operator', String(id));
    expect(revoked).toMatchObject({ code: 0, stderr: expect.stringContaining('1 session and 0') });
    expect(await isIn(fay)).toBe(false);
    expect((await run('sessions', 'revoke', '--operator', 'nobody')).code).toBe(3);
    expect((await run('sessions', 'list', '--operator', 'nobody')).code).toBe(3);
  });

  test.each([
    [['sessions', 'revoke']],
    [['sessions', 'revoke', '--all', '--operator', 'Fay']],
    [['sessions', 'revoke', '--operator', 'Fay', '--tokens']],
  ])('%j is not guessed at', async args => {
    expect((await run(...args)).code).toBe(2);
  });
});

test('a restored backup revives no session, link or token once all are revoked', async () => {
  const { pool } = desk.database;
  const { id } = await add('Gus');
  const gus = await desk.signIn({ name: 'Gus', password: PASSWORD });
  const link = await createSignInLink(pool, id, 60);
  const { secret } = await createToken(pool, SHELL, {
    name: 'old',
    role: 'viewer',
    owner: 'Gus',
  });
  const callApi = async () =>
    (await fetch(`${desk.url}/api/v1/queue`, { headers: { authorization: `Bearer ${secret}` } }))
      .status;
  const tables = ['sessions', 'sign_in_links', 'api_tokens'];
  for (const table of tables) {
    await pool.query(`create table public.backup_${table} as table reconciler.${table}`);
  }
  await gus.post('/support/sign-out');
  for (const table of ['sessions', 'sign_in_links']) {
    await pool.query(`truncate reconciler.${table}`);
    await pool.query(`insert into reconciler.${table} table public.backup_${table}`);
  }
  // Restored: what had ended is open again.
  expect(await isIn(gus)).toBe(true);
  expect(await callApi()).toBe(200);
  const { code, stdout } = await run('sessions', 'revoke', '--all', '--tokens', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ sign_in_links: 1, tokens: 5 });
  expect(await isIn(gus)).toBe(false);
  expect(await isIn(desk.clerks.admin)).toBe(false);
  expect(await signInWithLink(pool, link)).toBeNull();
  expect(await callApi()).toBe(401);
  // And people may come in again.
  expect(await isIn(await desk.signIn({ name: 'Gus', password: PASSWORD }))).toBe(true);
  const { rows } = await pool.query(
    `select actor, after from reconciler.audit_log where target = 'operators'`,
  );
  expect(rows).toMatchObject([{ actor: 'shell:the shell', after: { links_ended: 1 } }]);
});

test.each([
  ['has a new password', `password_hash = 'another'`],
  ['is disabled', 'disabled_at = now()'],
])('whoever %s while they sign in with the old one is not let in', async (what, change) => {
  const name = `Someone who ${what}`;
  const { id } = await add(name);
  const { pool } = desk.database;
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(`update reconciler.operators set ${change} where id = $1`, [id]);
    const signIn = signInWithPassword(pool, { name, password: PASSWORD, from: 'a test' });
    const isWaiting = async (): Promise<boolean> => {
      const { rowCount } = await pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    };
    await vi.waitFor(async () => expect(await isWaiting()).toBe(true), 10_000);
    await client.query('commit');
    expect(await signIn).toEqual({ kind: 'wrong' });
  } finally {
    client.release();
  }
});
