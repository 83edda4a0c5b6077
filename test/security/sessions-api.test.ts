import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '../../src/operators/tokens.ts';
import { type Clerk, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addWithPassword } from '../fixtures/passwords.ts';
import { SHELL } from '../fixtures/shell.ts';

/* What programs see of sessions, and which of them end one. */

const PASSWORD = 'violet anvil crosses pond';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

const isIn = async (clerk: Clerk): Promise<boolean> =>
  (await clerk.get('/support')).text.includes('Needs attention');
const add = (name: string) =>
  addWithPassword(desk.database.pool, { name, role: 'viewer', password: PASSWORD });

describe('through the API', () => {
  type Listed = { sessions: { id: string; operator: string; operator_id: number }[] };
  const list = async (role: 'viewer' | 'admin', query = ''): Promise<Listed['sessions']> => {
    const { status, body } = await desk.call(role, 'GET', `/sessions${query}`);
    expect(status).toBe(200);
    return (body as Listed).sessions;
  };
  const end = async (role: 'viewer' | 'admin', id: string): Promise<number> =>
    (await desk.call(role, 'DELETE', `/sessions/${id}`, { body: {} })).status;

  test('a token lists its owner’s, and with manage_operators everyone’s, without what lets anyone in', async () => {
    const { id } = await add('Ivy');
    const ivy = await desk.signIn({ name: 'Ivy', password: PASSWORD });
    const own = await list('viewer');
    expect(own.length).toBeGreaterThan(0);
    expect(new Set(own.map(({ operator }) => operator))).toEqual(new Set(['a viewer']));
    expect(await list('viewer', `?operator_id=${id}`)).toEqual([]);
    const theirs = await list('admin', `?operator_id=${id}`);
    expect(theirs).toMatchObject([{ operator: 'Ivy', operator_id: id, how: 'password' }]);
    expect(JSON.stringify(theirs)).not.toContain(ivy.cookie.split('=')[1]);
    const names = (await list('admin')).map(({ operator }) => operator);
    expect(names).toEqual(expect.arrayContaining(['Ivy', 'a viewer']));
    expect((await desk.call('admin', 'GET', '/sessions?operator_id=404404')).status).toBe(404);
  });

  test('one that only reads ends none, its owner’s neither; with manage_operators anyone’s, once', async () => {
    await add('Jon');
    const jon = await desk.signIn({ name: 'Jon', password: PASSWORD });
    const session = (await list('admin')).find(({ operator }) => operator === 'Jon');
    const id = session?.id ?? '';
    const [own] = await list('viewer');
    for (const each of [id, own?.id ?? '']) expect(await end('viewer', each)).toBe(403);
    expect([await isIn(jon), await isIn(desk.clerks.viewer)]).toEqual([true, true]);
    expect([await end('admin', id), await end('admin', id)]).toEqual([200, 404]);
    expect(await isIn(jon)).toBe(false);
    const { rows } = await desk.database.pool.query(
      'select actor_name, target, after from reconciler.audit_log order by id desc limit 1',
    );
    expect(rows).toMatchObject([
      {
        actor_name: 'a admin',
        target: `operator:${session?.operator_id}`,
        after: { signed_out: 1 },
      },
    ]);
  });

  test('a token of an admin that may only read sees and ends no one else’s', async () => {
    await desk.signIn({ name: 'Kim', password: PASSWORD, role: 'viewer' });
    const { secret } = await createToken(desk.database.pool, SHELL, {
      name: 'reads only',
      role: 'admin',
      permissions: ['view'],
      owner: 'a admin',
    });
    const ask = async (method: string, path: string) => {
      const response = await fetch(`${desk.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        ...(method === 'GET' ? {} : { body: '{}' }),
      });
      return { status: response.status, body: (await response.json()) as Listed };
    };
    const { body } = await ask('GET', '/sessions');
    expect(new Set(body.sessions.map(({ operator }) => operator))).toEqual(new Set(['a admin']));
    const { status } = await ask('DELETE', `/sessions/${body.sessions[0]?.id}`);
    expect(status).toBe(403);
    expect(await isIn(desk.clerks.admin)).toBe(true);
  });
});
