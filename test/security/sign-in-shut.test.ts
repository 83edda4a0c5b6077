import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBudget } from '../../src/access/budget.ts';
import { signInWithPassword } from '../../src/operators/sign-in.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addWithPassword } from '../fixtures/passwords.ts';

/* The attack: to keep people out by trying to sign in as others, or as them. */

const PASSWORD = 'correct horse battery';
const ATTACKERS = 12;
const SIGN_INS = 3;

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  for (const name of ['Ada', 'Grace']) {
    await addWithPassword(desk.database.pool, { name, role: 'admin', password: PASSWORD });
  }
});
afterAll(() => desk[Symbol.asyncDispose]());

const signIn = (name: string, password: string, cookie = '') =>
  fetch(`${desk.url}/support/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ name, password }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
  });

const deviceIn = (response: Response): string =>
  response.headers
    .getSetCookie()
    .find(cookie => cookie.startsWith('seam-reconciler-device='))
    ?.split(';')[0] ?? '';

/** Twelve at a time, for as long as the work takes. @returns what they were answered */
const underAttack = async (nameOf: (attack: number) => string, work: () => Promise<void>) => {
  const statuses = new Set<number>();
  let isOver = false;
  let attacks = 0;
  const attack = async (): Promise<void> => {
    while (!isOver) {
      attacks += 1;
      statuses.add((await signIn(nameOf(attacks), 'a wrong password')).status);
    }
  };
  const attackers = Array.from({ length: ATTACKERS }, attack);
  try {
    await work();
  } finally {
    isOver = true;
    await Promise.all(attackers);
  }
  return statuses;
};

test('made-up names from the same address keep nobody out who has signed in from there before', async () => {
  expect((await signIn('Ada', PASSWORD)).status).toBe(303);
  const statuses = await underAttack(
    attack => `made up ${attack}`,
    async () => {
      for (let done = 0; done < SIGN_INS; done++) {
        expect((await signIn('ada', PASSWORD)).status).toBe(303);
      }
    },
  );
  // They can only wait for one another, or for their budget.
  expect([...statuses].some(status => status === 503 || status === 429)).toBe(true);
  expect([...statuses]).not.toContain(303);
});

test('a network’s budget is that of strangers; whoever has signed in from there before needs none', async () => {
  const { pool } = desk.database;
  const tries = createBudget({ atOnce: 1, perSecond: 0.001 });
  tries.take('127.0.0.1');
  const attempt = (name: string) =>
    signInWithPassword(pool, { name, password: PASSWORD, from: '127.0.0.1' }, tries);
  expect(await attempt('made up')).toMatchObject({ kind: 'wait' });
  expect(await attempt('Grace')).toMatchObject({ kind: 'wait' });
  expect(await attempt('Ada')).toMatchObject({ kind: 'signed_in' });
});

test('wrong passwords for a name keep its owner out of no browser that they have used', async () => {
  const device = deviceIn(await signIn('Grace', PASSWORD));
  expect(device).toMatch(/^seam-reconciler-device=[\w-]{43}$/);
  const statuses = await underAttack(
    () => 'grace',
    async () => {
      for (let done = 0; done < SIGN_INS; done++) {
        expect((await signIn('Grace', PASSWORD, device)).status).toBe(303);
      }
    },
  );
  expect([...statuses]).toContain(429);
  // The browser's own wrong passwords are counted, too, and apart from those.
  const own = await Promise.all(
    Array.from({ length: 12 }, () => signIn('Grace', 'a wrong password', device)),
  );
  // They wait for one another, or until these tries are forgotten: which of both, the machine's speed decides.
  expect(own.some(({ status }) => status === 503 || status === 429)).toBe(true);
});

test('a browser cookie that somebody made up is worth nothing, and is replaced', async () => {
  const madeUp = `seam-reconciler-device=${'A'.repeat(43)}`;
  const given = deviceIn(await signIn('Ada', PASSWORD, madeUp));
  expect(given).not.toBe(madeUp);
  // The same browser keeps its own, so that several may sign in with it.
  expect(deviceIn(await signIn('Ada', PASSWORD, given))).toBe(given);
  const { rows } = await desk.database.pool.query(
    `select count(*)::int as places from reconciler.sign_in_places p
       join reconciler.operators o on o.id = p.operator_id where o.name = 'Ada'`,
  );
  expect(rows[0].places).toBeLessThanOrEqual(20);
});

test('each sign-in says in the audit log from which address it came', async () => {
  await signIn('Ada', PASSWORD);
  const { rows } = await desk.database.pool.query(
    `select after from reconciler.audit_log where action = 'sign_in' and actor_name = 'Ada'
      order by id desc limit 1`,
  );
  expect(rows).toEqual([{ after: { how: 'password', from: '127.0.0.1' } }]);
});
