import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setPassword } from '../../src/operators/change-operator.ts';
import { passwordFault } from '../../src/operators/password-fault.ts';
import { createSignInLink, signInWithLink } from '../../src/operators/sign-in.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addWithPassword } from '../fixtures/passwords.ts';
import { SHELL } from '../fixtures/shell.ts';

const COMMON = 'Password1234!';
const OF_NAMES = 'Grace-Hopper-2026!';
const GOOD = 'violet anvil crosses pond';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

describe('a password that is tried first is refused', () => {
  test.each([COMMON, 'qwertyuiop1234', 'Summer2026!!', 'trustno1trustno1'])('%s', async given => {
    expect(await passwordFault(given, 'Ada')).toMatch(/easy to guess.*four or more words/);
  });

  test.each([
    'Seam-Reconciler-2026!',
    'SEAMRECONCILER',
    'adaADAada123',
    'lovelace 1815 lovelace',
    'Seam support Ada',
  ])('%s, which is made of names', async given => {
    expect(await passwordFault(given, 'Ada Lovelace')).toMatch(
      /operator’s name.*four or more words/,
    );
  });

  test('whatever its letters are made of', async () => {
    expect(await passwordFault('ｓｅａｍｒｅｃｏｎｃｉｌｅｒ', 'Ada')).toMatch(/product’s/);
  });
});

test('no rule says which characters a password has, and the longest is looked at', async () => {
  expect(await passwordFault(GOOD, 'Ada')).toBeNull();
  expect(await passwordFault('kxwqmzrtbvpj', 'Ada')).toBeNull();
  expect(await passwordFault(`${GOOD} ${'@5$10'.repeat(34)}`, 'Ada')).toBeNull();
  expect(await passwordFault('x'.repeat(201), 'Ada')).toContain('at most 200');
});

test('a password is looked at in a thread of its own: webhooks are answered meanwhile', async () => {
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  await passwordFault(`${'@5$10'.repeat(40)}`, 'Ada');
  clearInterval(counting);
  expect(turns).toBeGreaterThan(10);
});

describe('on every way on which a password is set', () => {
  test('an admin’s form, and the API', async () => {
    const form = { name: 'Grace Hopper', role: 'support', with: 'password', password: OF_NAMES };
    const shown = await desk.clerks.admin.post('/support/operators/add', form);
    expect(shown.status).toBe(422);
    expect(shown.text).toContain('made of the operator’s name');
    const body = { name: 'Grace Hopper', role: 'support', password: OF_NAMES };
    const refused = await desk.call('admin', 'POST', '/operators', { body });
    expect(refused).toMatchObject({ status: 422 });
    expect(JSON.stringify(refused.body)).toContain('made of the operator’s name');
  });

  test('the shell', async () => {
    const { pool } = desk.database;
    await addWithPassword(pool, { name: 'Katherine', role: 'viewer', password: GOOD });
    const set = (password: string) => setPassword(pool, SHELL, 'katherine', password);
    await expect(set('katherine-2026')).rejects.toMatchObject({
      faults: { password: expect.stringContaining('operator’s name') },
    });
    await expect(set(COMMON)).rejects.toMatchObject({
      faults: { password: expect.stringContaining('easy to guess') },
    });
  });

  test('one’s own account, with a password before or only a link', async () => {
    const { pool } = desk.database;
    const { id } = await addWithPassword(pool, { name: 'Mary', role: 'viewer', password: GOOD });
    const mary = await desk.signIn({ name: 'Mary', password: GOOD });
    const change = { present: GOOD, next: COMMON, again: COMMON };
    expect((await mary.post('/support/account/password', change)).text).toContain('easy to guess');
    await pool.query('update reconciler.operators set password_hash = null where id = $1', [id]);
    const token = await signInWithLink(pool, await createSignInLink(pool, id, 5));
    expect(token).not.toBeNull();
    const first = await mary.post('/support/account/password', { next: COMMON, again: COMMON });
    expect(first).toMatchObject({ status: 422, text: expect.stringContaining('easy to guess') });
  });

  test('there is no other: whatever hashes a new password asks first', () => {
    const calls = (file: string, name: string): number =>
      readFileSync(file, 'utf8').split(`await ${name}(`).length - 1;
    const files = globSync('src/**/*.ts').filter(file => calls(file, 'hashPassword') > 0);
    expect(files.length).toBe(3);
    for (const file of files)
      expect(calls(file, 'passwordFault')).toBe(calls(file, 'hashPassword'));
  });
});
