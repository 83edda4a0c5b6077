import { afterAll, beforeAll, expect, test } from 'vitest';
import { addOperator } from '../../src/operators/operators.ts';
import { hashSecret, newSecret } from '../../src/operators/secrets.ts';
import { listTokens } from '../../src/operators/token-record.ts';
import { rotateToken } from '../../src/operators/tokens.ts';
import { useToken } from '../../src/operators/use-token.ts';
import { judgeTokens } from '../../src/support/setup/tokens.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { SHELL } from '../fixtures/shell.ts';

/* Tokens that a version made which knew neither owners nor terms, and may still make beside this one. */

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** As the version before wrote it, with its audit row. */
const addOld = async (actor: string) => {
  const secret = `srk_${newSecret()}`;
  const { rows } = await database.pool.query<{ id: number }>(
    `with made as (
       insert into reconciler.api_tokens (name, role, token_hash, created_by)
       values ('old', 'admin', $1, 'Ada') returning id
     ), told as (
       insert into reconciler.audit_log (actor, actor_name, role, face, action, target)
       select $2, 'Ada', 'admin', 'console', 'create_token', 'token:' || id from made
     ) select id::int from made`,
    [hashSecret(secret), actor],
  );
  return { id: rows[0]?.id ?? 0, secret };
};
const told = async (id: number) => (await listTokens(database.pool)).find(each => each.id === id);

test('one that was made in the console belongs to who made it, expires, and makes nothing more', async () => {
  const ada = await addOperator(database.pool, SHELL, {
    name: 'Ada',
    role: 'admin',
    password: null,
  });
  const { id, secret } = await addOld(`operator:${ada.id}`);
  expect(await told(id)).toMatchObject({ owner: 'Ada', state: 'active', permissions: null });
  const used = await useToken(database.pool, secret);
  expect(used).toMatchObject({ kind: 'usable', role: 'admin', owner: { id: ada.id } });
  // Should the audit log forget it, whose it is has been written down.
  await database.pool.query('delete from reconciler.audit_log');
  expect(await told(id)).toMatchObject({ owner: 'Ada' });
  await database.pool.query('update reconciler.operators set role = $1', ['viewer']);
  expect(await useToken(database.pool, secret)).toMatchObject({ kind: 'usable', role: 'viewer' });
  await database.pool.query('update reconciler.operators set disabled_at = now()');
  const refused = { kind: 'refused', why: 'owner_disabled' };
  expect(await useToken(database.pool, secret)).toEqual(refused);
});

test('one that was made in a shell has no owner, which doctor tells until it is given one', async () => {
  const { id, secret } = await addOld('shell:root');
  expect(await told(id)).toMatchObject({ owner: null, owner_id: null });
  expect(await useToken(database.pool, secret)).toMatchObject({ kind: 'usable', owner: null });
  const list = () => listTokens(database.pool);
  const before = await list();
  expect(() => judgeTokens(before)).toThrow(`${id} (old) has no owner`);
  await expect(rotateToken(database.pool, SHELL, id)).rejects.toThrow('--owner');
  await addOperator(database.pool, SHELL, { name: 'Bo', role: 'support', password: null });
  const { token } = await rotateToken(database.pool, SHELL, id, { owner: 'bo' });
  expect(token).toMatchObject({ owner: 'Bo', role: 'admin', effective_role: 'support' });
  const after = await list();
  expect(judgeTokens(after)).toBe('1 work, none ends soon');
  await database.pool.query(
    `update reconciler.api_tokens set secret_at = now() - interval '80 days' where id = $1`,
    [id],
  );
  const later = await list();
  expect(() => judgeTokens(later)).toThrow(`${id} (old) expires`);
});

test('when it was last used is written once a minute, and of an old secret, too', async () => {
  const { id, secret } = await addOld('shell:root');
  const usedAt = async () => (await told(id))?.used_at ?? null;
  expect(await usedAt()).toBeNull();
  await useToken(database.pool, secret);
  const first = await usedAt();
  expect(first).not.toBeNull();
  await useToken(database.pool, secret);
  expect(await usedAt()).toBe(first);
  await database.pool.query(`update reconciler.api_tokens set used_at = now() - interval '61 s'`);
  await useToken(database.pool, secret);
  expect(Date.parse((await usedAt()) ?? '')).toBeGreaterThanOrEqual(Date.parse(first ?? ''));
  await rotateToken(database.pool, SHELL, id, { owner: 'bo' });
  await database.pool.query('update reconciler.former_token_secrets set used_at = null');
  await useToken(database.pool, secret);
  expect((await told(id))?.old_secret_used_at).not.toBeNull();
});
