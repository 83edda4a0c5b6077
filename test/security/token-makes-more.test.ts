import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Permission, Role } from '../../src/access/permissions.ts';
import { callWith } from '../fixtures/api.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addToken, allOf } from '../fixtures/tokens.ts';

/* No token makes anything, or lets anybody in, that may more than it may itself. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

const tokenOf = (given: Partial<Parameters<typeof addToken>[1]>) =>
  addToken(desk.database.pool, { name: 'a program', role: 'admin', owner: 'a admin', ...given });

let number = 0;
const post = (secret: string, path: string, body: unknown = {}) =>
  callWith(desk, secret, 'POST', path, body);
const makeOperator = (secret: string, role: Role) =>
  post(secret, '/operators', { name: `made ${++number}`, role });

/** Of an operator of that role, who was there before. */
const idOf = async (role: Role): Promise<number> => {
  const { rows } = await desk.database.pool.query<{ id: number }>(
    'select id::int from reconciler.operators where name = $1',
    [`a ${role}`],
  );
  return rows[0]?.id ?? 0;
};

test('an admin’s token makes no operators and no tokens, unless its permissions say so', async () => {
  const { secret } = await tokenOf({ permissions: null });
  const wanted = [
    await makeOperator(secret, 'admin'),
    await makeOperator(secret, 'viewer'),
    await post(secret, `/operators/${await idOf('admin')}/sign-in-link`),
    await post(secret, '/tokens', { name: 'more', role: 'admin' }),
    await callWith(desk, secret, 'GET', '/tokens'),
  ];
  expect(wanted.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  expect(wanted[0]?.message).toContain('permission "manage_operators"');
  expect((await callWith(desk, secret, 'GET', '/audit-log')).status).toBe(200);
  expect((await makeOperator((await tokenOf({})).secret, 'admin')).status).toBe(201);
});

test('one that may manage operators only makes none, changes none and lets in none who may more', async () => {
  const { secret } = await tokenOf({ permissions: ['manage_operators'] });
  for (const role of ['admin', 'viewer'] as const) {
    const id = await idOf(role);
    expect((await makeOperator(secret, role)).status).toBe(403);
    expect((await post(secret, `/operators/${id}/sign-in-link`)).status).toBe(403);
    const disabled = await callWith(desk, secret, 'PATCH', `/operators/${id}`, { disabled: true });
    expect(disabled.status).toBe(403);
  }
  const raised = await callWith(desk, secret, 'PATCH', `/operators/${await idOf('viewer')}`, {
    role: 'admin',
  });
  expect(raised.status).toBe(403);
});

describe('a token that makes tokens', () => {
  const permissions: Permission[] = ['view', 'retry', 'manage_tokens'];

  test('gives none a role, a permission or a term that it doesn’t have', async () => {
    const { secret, token } = await tokenOf({ permissions, lifetimeHours: 48 });
    const create = (given: object) =>
      post(secret, '/tokens', { name: 'more', role: 'admin', ...given });
    expect((await create({})).status).toBe(403);
    expect((await create({ permissions: ['view', 'link'] })).status).toBe(403);
    expect((await create({ permissions: ['view'], expires_in_hours: 49 })).status).toBe(403);
    const made = await create({ permissions: ['view'] });
    expect(made.status).toBe(201);
    const { token: child } = made.body as { token: typeof token };
    expect(child).toMatchObject({ owner: 'a admin', permissions: ['view'] });
    expect(Date.parse(child.expires_at)).toBeLessThanOrEqual(Date.parse(token.expires_at));
  });

  test('prolongs neither itself nor another past its own end', async () => {
    const { secret, token } = await tokenOf({ permissions, lifetimeHours: 48 });
    const longer = { expires_in_hours: 49 };
    expect((await post(secret, `/tokens/${token.id}/rotate`, longer)).status).toBe(403);
    const turned = await post(secret, `/tokens/${token.id}/rotate`, { overlap_hours: 0 });
    expect(turned.status).toBe(201);
    const { token: after } = turned.body as { token: typeof token };
    expect(Date.parse(after.expires_at)).toBeLessThanOrEqual(Date.parse(token.expires_at));
  });

  test('rotates none that may more, or that is another’s: it would hold their secret', async () => {
    const { secret } = await tokenOf({ permissions });
    const more = await tokenOf({});
    expect((await post(secret, `/tokens/${more.token.id}/rotate`)).status).toBe(403);
    const another = await tokenOf({ owner: 'a support', role: 'support' });
    const full = await tokenOf({});
    expect((await post(full.secret, `/tokens/${another.token.id}/rotate`)).status).toBe(403);
    expect((await post(full.secret, `/tokens/${more.token.id}/rotate`)).status).toBe(201);
    expect((await post(full.secret, `/tokens/${another.token.id}/revoke`)).status).toBe(200);
  });
});

test('a token in a shell may no more than its owner', async () => {
  await expect(tokenOf({ owner: 'a support', role: 'admin' })).rejects.toThrow('can\'t be "admin"');
  await expect(tokenOf({ owner: 'nobody' })).rejects.toThrow('no operator "nobody"');
});

test('what a permission leaves out is refused, whatever the role', async () => {
  const { secret } = await tokenOf({ permissions: allOf('viewer') });
  expect((await callWith(desk, secret, 'GET', '/connections')).status).toBe(200);
  const paused = await post(secret, '/queue/pause', { why: 'to see' });
  expect(paused).toMatchObject({ status: 403, message: expect.stringContaining('pause_queue') });
});

test('what a token does is put down to it and to its owner', async () => {
  const { secret, token } = await tokenOf({ role: 'on-call', owner: 'a on-call' });
  expect((await post(secret, '/queue/pause', { why: 'to see who' })).status).toBe(201);
  const { body } = await desk.call('viewer', 'GET', '/audit-log?action=pause_queue');
  expect(body).toMatchObject({
    changes: [
      {
        actor: `token:${token.id}`,
        actor_name: 'a program',
        owner: `operator:${await idOf('on-call')}`,
        owner_name: 'a on-call',
      },
    ],
  });
  const page = await desk.clerks.viewer.get('/support/audit-log');
  expect(page.text).toContain('token of a on-call');
  await post(secret, '/queue/resume');
});
