import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../src/access/permissions.ts';
import {
  changeRole,
  disableOperator,
  enableOperator,
} from '../../src/operators/change-operator.ts';
import { signInFromCompany } from '../../src/operators/company-sign-in.ts';
import { addOperator } from '../../src/operators/operators.ts';
import { operatorActor } from '../../src/operators/sign-in.ts';
import { createToken, rotateToken } from '../../src/operators/tokens.ts';
import { callWith } from '../fixtures/api.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { SHELL } from '../fixtures/shell.ts';
import { addToken, allOf } from '../fixtures/tokens.ts';

/* A token is worth nothing once its owner, its term or its secret has ended. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

let number = 0;
/** An admin with a token that may all that they may, as they would make it in the console. */
const adminWithToken = async () => {
  const { pool } = desk.database;
  const name = `Eve ${++number}`;
  const { id } = await addOperator(pool, SHELL, { name, role: 'admin', password: null });
  const actor = operatorActor({ id, name, role: 'admin' });
  const given = { name: 'mine', role: 'admin', permissions: allOf('admin') };
  const made = await createToken(pool, actor, given);
  return { id, actor, ...made };
};

const query = (text: string, values: unknown[] = []) => desk.database.pool.query(text, values);
const see = (secret: string) => callWith(desk, secret, 'GET', '/attention');
const makeAdmin = (secret: string, name: string) =>
  callWith(desk, secret, 'POST', '/operators', { name, role: 'admin' satisfies Role });

test('the token of an admin who is disabled makes no new admin, also when they come back', async () => {
  const { id, secret, token } = await adminWithToken();
  expect((await makeAdmin(secret, 'made in time')).status).toBe(201);
  await disableOperator(desk.database.pool, SHELL, id);
  expect(await makeAdmin(secret, 'made too late')).toMatchObject({ status: 401 });
  await enableOperator(desk.database.pool, SHELL, id);
  expect(await see(secret)).toMatchObject({
    status: 401,
    message: expect.stringMatching(/revoked/),
  });
  const { rows } = await query(
    `select action, why from reconciler.audit_log where target = $1 order by id desc limit 1`,
    [`token:${token.id}`],
  );
  expect(rows).toEqual([{ action: 'revoke_token', why: expect.stringContaining('was disabled') }]);
});

test('nor does it where a version that knows no owners disabled them', async () => {
  const { id, secret } = await adminWithToken();
  await query('update reconciler.operators set disabled_at = now() where id = $1', [id]);
  const refused = await makeAdmin(secret, 'made by a token of nobody');
  expect(refused).toMatchObject({ status: 401, message: expect.stringContaining('owner') });
  expect(refused.headers.get('www-authenticate')).toBe('Bearer');
});

test('the token of an admin who is only support now may what support may', async () => {
  const { id, secret, token } = await adminWithToken();
  await changeRole(desk.database.pool, SHELL, id, 'support');
  expect(await makeAdmin(secret, 'made by support')).toMatchObject({
    status: 403,
    message: expect.stringContaining('the token\'s is "support"'),
  });
  const paused = await callWith(desk, secret, 'POST', '/queue/pause', { why: 'to see' });
  expect(paused.status).toBe(403);
  expect((await see(secret)).status).toBe(200);
  const { body } = await desk.call('admin', 'GET', '/tokens');
  const { tokens } = body as { tokens: { id: number }[] };
  expect(tokens.find(each => each.id === token.id)).toMatchObject({
    role: 'admin',
    effective_role: 'support',
  });
});

test('the token of somebody who has left the company’s groups ends when they try to come in', async () => {
  const { pool } = desk.database;
  const roles = new Map([['locks', 'admin' as const]]);
  const come = (groups: string[]) =>
    signInFromCompany(
      pool,
      { roles },
      {
        key: 'https://idp grace',
        names: ['Grace'],
        groups,
        providerSession: null,
        idToken: 'none',
      },
    );
  expect((await come(['locks'])).kind).toBe('signed_in');
  const { secret } = await addToken(pool, { name: 'hers', role: 'admin', owner: 'Grace' });
  expect((await see(secret)).status).toBe(200);
  expect((await come([])).kind).toBe('no_group');
  expect((await see(secret)).status).toBe(401);
});

test('an expired token is refused, and its holder is told why', async () => {
  const { secret, token } = await adminWithToken();
  expect(Date.parse(token.expires_at) - Date.parse(token.created_at)).toBe(90 * 86_400_000);
  expect((await see(secret)).headers.get('token-expires-at')).toBe(token.expires_at);
  await query(
    `update reconciler.api_tokens set secret_at = now() - interval '90 days' where id = $1`,
    [token.id],
  );
  const refused = await see(secret);
  expect(refused).toMatchObject({ status: 401, message: expect.stringContaining('expired') });
});

test('a secret that was rotated out works until the overlap ends, and no longer', async () => {
  const { pool } = desk.database;
  const { actor, secret, token } = await adminWithToken();
  const next = await rotateToken(pool, actor, token.id, { overlapHours: 24 });
  const [old, fresh] = [await see(secret), await see(next.secret)];
  expect([old.status, fresh.status]).toEqual([200, 200]);
  expect(old.headers.get('token-expires-at')).toBe(next.token.old_secret_until);
  expect(fresh.headers.get('token-expires-at')).toBe(next.token.expires_at);
  await query('update reconciler.former_token_secrets set until = now() where token_id = $1', [
    token.id,
  ]);
  expect(await see(secret)).toMatchObject({
    status: 401,
    message: expect.stringContaining('rotated'),
  });
  expect((await see(next.secret)).status).toBe(200);
});

test('a leaked secret is rotated out at once, with those that were in their overlap', async () => {
  const { pool } = desk.database;
  const { actor, secret, token } = await adminWithToken();
  const second = await rotateToken(pool, actor, token.id, { overlapHours: 24 });
  const third = await rotateToken(pool, actor, token.id, { overlapHours: 0 });
  expect((await see(secret)).status).toBe(401);
  expect((await see(second.secret)).status).toBe(401);
  expect((await see(third.secret)).status).toBe(200);
});

test('an overlap gives an old secret no longer life than it had', async () => {
  const { pool } = desk.database;
  const { actor, secret, token } = await adminWithToken();
  await query(
    `update reconciler.api_tokens
        set secret_at = now() - interval '90 days' + interval '1 hour' where id = $1`,
    [token.id],
  );
  const next = await rotateToken(pool, actor, token.id, { overlapHours: 24 });
  const left = Date.parse(next.token.old_secret_until ?? '') - Date.now();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(3_600_000);
  expect((await see(secret)).status).toBe(200);
});
