import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBudget } from '../../src/access/budget.ts';
import { createSecretGuard } from '../../src/http/secret-guard.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addWithPassword } from '../fixtures/passwords.ts';

/* The attack: to make the database work with tokens and cookies that nobody was ever given. */

const newSecret = (): string => randomBytes(32).toString('base64url');

describe('of what is shown as a secret', () => {
  const stranger = '203.0.113.9';
  const createGuard = () => {
    const clock = { ms: 0 };
    const now = () => clock.ms;
    const guard = createSecretGuard(createBudget({ atOnce: 3, perSecond: 1, now }), now);
    let looks = 0;
    const show = (secret: string, found: object | null, from = stranger) =>
      guard.find(secret, from, async () => {
        looks += 1;
        return found;
      });
    return { clock, guard, show, looks: () => looks };
  };
  const exhaust = async ({ show }: ReturnType<typeof createGuard>) => {
    for (const secret of ['a', 'b', 'c']) expect(await show(secret, null)).toBeNull();
    await expect(show('d', null)).rejects.toMatchObject({ status: 429 });
  };

  test('an unknown one is looked up once, however often it comes', async () => {
    const { show, looks } = createGuard();
    for (let times = 0; times < 100; times++) expect(await show('same', null)).toBeNull();
    expect(looks()).toBe(1);
  });

  test('no more unknown ones than an address’s budget are looked up; another address has its own', async () => {
    const own = createGuard();
    await exhaust(own);
    expect(own.looks()).toBe(3);
    expect(await own.show('e', null, '203.0.113.10')).toBeNull();
    own.clock.ms += 1_000;
    expect(await own.show('f', null)).toBeNull();
  });

  test('one that was found here goes on being found while strangers at the same address have no budget', async () => {
    const own = createGuard();
    expect(await own.show('good', {})).toEqual({});
    own.guard.welcome('new');
    await exhaust(own);
    expect(await own.show('good', {})).toEqual({});
    expect(await own.show('new', {})).toEqual({});
  });

  test('one that nobody could look up costs nothing of the budget', async () => {
    const guard = createSecretGuard(createBudget({ atOnce: 2, perSecond: 0.001 }));
    const away = () => Promise.reject(new Error('the database is away'));
    for (let n = 0; n < 5; n++) {
      await expect(guard.find(`secret ${n}`, '198.51.100.7', away)).rejects.toThrow('away');
    }
    expect(await guard.find('secret', '198.51.100.7', async () => 'found')).toBe('found');
  });

  test('good ones cost nothing of the budget', async () => {
    const own = createGuard();
    for (let number = 0; number < 20; number++) await own.show(`good ${number}`, {});
    expect(own.looks()).toBe(20);
  });

  test('a budget remembers so many addresses, and no more', () => {
    const budget = createBudget({ atOnce: 1, perSecond: 0.001, most: 2 });
    expect(budget.take('a')).toBe(0);
    expect(budget.take('a')).toBeGreaterThan(0);
    budget.take('b');
    budget.take('c');
    expect(budget.take('a')).toBe(0);
  });
});

describe('at the door', () => {
  let desk: TestDesk;
  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk[Symbol.asyncDispose]());

  const callWith = (token: string) =>
    fetch(`${desk.url}/api/v1/tokens`, { headers: { authorization: `Bearer ${token}` } });
  const pageWith = (cookie: string) =>
    fetch(`${desk.url}/support`, {
      headers: { cookie: `seam-reconciler=${cookie}` },
      redirect: 'manual',
    });
  const linkWith = (key: string) =>
    fetch(`${desk.url}/support/sign-in/link`, {
      method: 'POST',
      body: new URLSearchParams({ key }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

  test('what can be none is answered without the database', async () => {
    const { pool } = desk.database;
    const client = await pool.connect();
    try {
      // A query for one of these would wait for this, and the test with it.
      await client.query('begin');
      await client.query(
        'lock table reconciler.api_tokens, reconciler.sessions, reconciler.sign_in_links in access exclusive mode',
      );
      for (const garbage of ['x', `srk_${'x'.repeat(42)}`, `srk_${'x'.repeat(44)}`, newSecret()]) {
        expect((await callWith(garbage)).status).toBe(401);
      }
      for (const garbage of ['x', 'x'.repeat(42), 'x'.repeat(4_000), `${newSecret()}%00`]) {
        expect((await pageWith(garbage)).status).toBe(303);
        expect((await linkWith(garbage)).status).toBe(422);
      }
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  test('many well-formed ones are refused with 429, and whoever is signed in goes on', async () => {
    const { admin } = desk.clerks;
    expect((await admin.get('/support')).status).toBe(200);
    expect((await desk.call('viewer', 'get', '/queue')).status).toBe(200);
    const tokens = await Promise.all(
      Array.from({ length: 100 }, () => callWith(`srk_${newSecret()}`)),
    );
    const refused = tokens.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(await refused?.json()).toMatchObject({ error: { type: 'too_many_requests' } });
    const pages = await Promise.all(Array.from({ length: 100 }, () => pageWith(newSecret())));
    expect(pages.map(({ status }) => status)).toContain(429);
    expect((await admin.get('/support')).status).toBe(200);
    expect((await desk.call('viewer', 'get', '/queue')).status).toBe(200);
  });

  test('many of them at once keep nobody out whose browser still has the cookie of a session that is over', async () => {
    const password = 'violet anvil crosses pond';
    await addWithPassword(desk.database.pool, { name: 'Ada', role: 'viewer', password });
    const pages = await Promise.all(Array.from({ length: 100 }, () => pageWith(newSecret())));
    expect(pages.map(({ status }) => status)).toContain(429);
    const signedIn = await fetch(`${desk.url}/support/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ name: 'Ada', password }).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: `seam-reconciler=${newSecret()}`,
      },
    });
    expect(signedIn.status).toBe(303);
  });
});
