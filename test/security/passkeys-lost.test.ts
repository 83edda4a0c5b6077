import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listPasskeys } from '../../src/operators/passkeys/passkeys.ts';
import { createSignInLink, signInWithPassword } from '../../src/operators/sign-in.ts';
import { type Clerk, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { runHere } from '../fixtures/here.ts';
import { addPasskeyFor, PASSKEY_ORIGIN, sessionFor } from '../fixtures/passkeys.ts';

/* Passkeys in the hands of their owners, and taking them away when they are lost. */

const PASSWORD = 'violet anvil crosses pond';
const HERE = '/support/account/passkeys';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk({ consoleUrl: PASSKEY_ORIGIN });
});
afterAll(() => desk[Symbol.asyncDispose]());

const run = (...args: string[]) =>
  runHere(args, { DATABASE_URL: desk.database.url, OPERATOR_NAME: 'the shell' });
const isIn = async (clerk: Clerk): Promise<boolean> =>
  (await clerk.get('/support')).text.includes('Needs attention');
const idOf = async (clerk: Clerk): Promise<number> =>
  (await sessionFor(desk.database, clerk)).operator.id;
const passkeysOf = async (clerk: Clerk) => listPasskeys(desk.database.pool, await idOf(clerk));
const lastRowOf = async (action: string) => {
  const { rows } = await desk.database.pool.query(
    'select actor, target, before, after from reconciler.audit_log where action = $1 order by id desc limit 1',
    [action],
  );
  return rows[0];
};
const makeOld = async (): Promise<void> => {
  await desk.database.pool.query(
    `update reconciler.sessions set created_at = now() - interval '16 min'`,
  );
};

describe('one’s own', () => {
  test('are listed, renamed and removed; that ends what is open elsewhere, and is written down', async () => {
    const ada = await desk.signIn({ name: 'Ada', password: PASSWORD, role: 'viewer' });
    const elsewhere = await desk.signIn({ name: 'Ada', password: PASSWORD });
    await addPasskeyFor(desk.database, ada, { name: 'Laptop' });
    const [passkey] = await passkeysOf(ada);
    expect(passkey).toMatchObject({ name: 'Laptop', backed_up: true, used_at: null });
    expect(await lastRowOf('add_passkey')).toMatchObject({ after: { passkey: 'Laptop' } });
    expect((await ada.get(HERE)).text).toContain('Laptop');
    const one = `${HERE}/${passkey?.id}`;
    expect((await ada.post(`${one}/rename`, { name: ' ' })).status).toBe(422);
    await ada.post(`${one}/rename`, { name: 'Old laptop' });
    expect(await passkeysOf(ada)).toMatchObject([{ name: 'Old laptop' }]);
    expect(await lastRowOf('rename_passkey')).toMatchObject({
      before: { passkey: 'Laptop' },
      after: { passkey: 'Old laptop' },
    });
    expect(await isIn(elsewhere)).toBe(true);
    await ada.post(`${one}/remove`);
    expect(await passkeysOf(ada)).toEqual([]);
    expect([await isIn(elsewhere), await isIn(ada)]).toEqual([false, true]);
    expect(await lastRowOf('remove_passkey')).toMatchObject({ before: { passkey: 'Old laptop' } });
  });

  test('change only soon after a sign-in: a computer may have been left open', async () => {
    const bea = await desk.signIn({ name: 'Bea', password: PASSWORD, role: 'viewer' });
    await addPasskeyFor(desk.database, bea);
    const [passkey] = await passkeysOf(bea);
    await makeOld();
    expect((await bea.get(HERE)).text).toContain('Sign in again');
    for (const path of [`${HERE}/${passkey?.id}/remove`, `${HERE}/options`]) {
      const { status, text } = await bea.post(path);
      expect([path, status]).toEqual([path, 409]);
      expect(text).toContain('more than 15 minutes ago');
    }
    await expect(addPasskeyFor(desk.database, bea)).rejects.toMatchObject({ fault: 'refused' });
    expect(await passkeysOf(bea)).toHaveLength(1);
  });

  test('the only way in can’t be removed', async () => {
    const { viewer } = desk.clerks;
    await desk.database.pool.query('update reconciler.sessions set created_at = now()');
    await addPasskeyFor(desk.database, viewer);
    const [passkey] = await passkeysOf(viewer);
    const { status, text } = await viewer.post(`${HERE}/${passkey?.id}/remove`);
    expect(status).toBe(409);
    expect(text).toContain('your only way in');
    expect(await passkeysOf(viewer)).toHaveLength(1);
  });

  test('nobody renames or removes another’s', async () => {
    const cas = await desk.signIn({ name: 'Cas', password: PASSWORD, role: 'viewer' });
    await addPasskeyFor(desk.database, cas);
    const [passkey] = await passkeysOf(cas);
    const eve = await desk.signIn({ name: 'Eve', password: PASSWORD, role: 'admin' });
    const one = `${HERE}/${passkey?.id}`;
    expect((await eve.post(`${one}/rename`, { name: 'mine' })).status).toBe(404);
    expect((await eve.post(`${one}/remove`)).status).toBe(404);
    expect(await passkeysOf(cas)).toMatchObject([{ name: 'a laptop' }]);
  });
});

describe('whoever has lost theirs', () => {
  const signIn = (name: string) =>
    signInWithPassword(desk.database.pool, { name, password: PASSWORD, from: 'a test' });

  test('an admin removes them, which ends the sessions; the password alone works again', async () => {
    const dan = await desk.signIn({ name: 'Dan', password: PASSWORD, role: 'viewer' });
    await addPasskeyFor(desk.database, dan);
    expect(await signIn('Dan')).toMatchObject({ kind: 'second_step' });
    const path = `/support/operators/${await idOf(dan)}`;
    expect((await desk.clerks['on-call'].post(`${path}/remove-passkeys`)).status).toBe(403);
    expect((await desk.clerks.admin.get(path)).text).toContain('Remove all passkeys of Dan');
    await desk.clerks.admin.post(`${path}/remove-passkeys`);
    expect(await isIn(dan)).toBe(false);
    expect(await signIn('Dan')).toMatchObject({ kind: 'signed_in' });
    expect(await lastRowOf('remove_passkey')).toMatchObject({
      before: { name: 'Dan', passkeys: ['a laptop'] },
    });
  });

  test('the shell lists and removes them', async () => {
    const fay = await desk.signIn({ name: 'Fay', password: PASSWORD, role: 'viewer' });
    await addPasskeyFor(desk.database, fay, { name: 'Phone' });
    const listed = await run('operator', 'passkeys', 'fay', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject({ passkeys: [{ name: 'Phone' }] });
    expect((await run('operator', 'passkeys', 'Fay')).stdout).toContain('Phone');
    const removed = await run('operator', 'passkeys', 'Fay', '--remove-all');
    expect(removed).toMatchObject({ code: 0, stderr: expect.stringContaining('1 passkey of Fay') });
    expect(await isIn(fay)).toBe(false);
    expect(await lastRowOf('remove_passkey')).toMatchObject({ actor: 'shell:the shell' });
    expect((await run('operator', 'passkeys', 'nobody')).code).toBe(3);
    expect((await run('operator', 'passkeys', 'nobody', '--remove-all')).code).toBe(3);
  });

  test('a link signs in without the passkey, which is told where links are told of', async () => {
    const gus = await desk.signIn({ name: 'Gus', password: PASSWORD, role: 'viewer' });
    await addPasskeyFor(desk.database, gus);
    const key = await createSignInLink(desk.database.pool, await idOf(gus), 5);
    const response = await fetch(`${desk.url}/support/sign-in/link`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ key }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(response.status).toBe(303);
    expect((await lastRowOf('sign_in')).after).toMatchObject({ how: 'link' });
  });
});
