import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import { assign } from '../../../src/support/shifts/assign.ts';
import { colleagues, whomIsMeant } from '../../../src/support/shifts/people.ts';
import { SHELL } from '../../fixtures/shell.ts';
import { idOf, useShifts } from '../../fixtures/shifts.ts';

const shifts = useShifts();

describe('a case that is assigned', () => {
  test('is that person’s, by each of its names, and the change has its row', async () => {
    const { key, webview } = await shifts.addCase();
    await assign(shifts.database, shifts.ada, webview, { to: idOf(shifts.grace) });
    expect(await shifts.shiftOf(webview)).toMatchObject({
      assignee: { operatorId: idOf(shifts.grace), name: 'Grace', by: 'Ada', isDisabled: false },
      snooze: null,
      notes: { count: 0, newest: null },
    });
    expect(await shifts.assigned('me')).toEqual(expect.arrayContaining([key, webview]));
    expect(await shifts.assigned(idOf(shifts.grace), shifts.ada)).toEqual(
      expect.arrayContaining([key, webview]),
    );
    expect(await shifts.assigned('me', shifts.ada)).not.toContain(key);
    const nobodys = await shifts.assigned('nobody');
    expect(nobodys).not.toContain(key);
    expect(await shifts.lookedUpAsNobodys()).toEqual(nobodys);
    const nobody = { assignee: null, operator_id: null };
    const after = { assignee: 'Grace', operator_id: idOf(shifts.grace) };
    expect(await shifts.auditOf(key)).toEqual([
      { action: 'assign', actor_name: 'Ada', before: nobody, after, why: null },
    ]);
  });

  test('the same once more changes nothing', async () => {
    const { key } = await shifts.addCase();
    await assign(shifts.database, shifts.grace, key, { to: 'me' });
    await assign(shifts.database, shifts.grace, key, { to: 'me' });
    expect(await shifts.auditOf(key)).toHaveLength(1);
  });

  test('can be given to another, and back to nobody', async () => {
    const { key } = await shifts.addCase();
    await assign(shifts.database, shifts.grace, key, { to: 'me' });
    await assign(shifts.database, shifts.grace, key, {
      to: idOf(shifts.ada),
      had: idOf(shifts.grace),
    });
    expect(await shifts.assigned('me')).not.toContain(key);
    await assign(shifts.database, shifts.grace, key, { to: 'nobody' });
    expect((await shifts.shiftOf(key))?.assignee).toBeNull();
    const nobodys = await shifts.assigned('nobody');
    expect(nobodys).toContain(key);
    expect(await shifts.lookedUpAsNobodys()).toEqual(nobodys);
    expect((await shifts.auditOf(key)).map(({ action }) => action)).toEqual(
      Array(3).fill('assign'),
    );
  });

  test('whoever was slower is told so, and takes nothing away', async () => {
    const { key } = await shifts.addCase();
    await assign(shifts.database, shifts.ada, key, { to: 'me', had: null });
    await expect(
      assign(shifts.database, shifts.grace, key, { to: 'me', had: null }),
    ).rejects.toMatchObject({
      fault: 'conflict',
      message: expect.stringContaining('Ada’s'),
    });
    expect((await shifts.shiftOf(key))?.assignee?.name).toBe('Ada');
    expect(await shifts.auditOf(key)).toHaveLength(1);
  });

  test('stays somebody’s when its webview leads to an account, where the latest word counts', async () => {
    const [account, webview] = [randomUUID(), randomUUID()];
    const subject = `connect_webview:${webview}`;
    await shifts.add(subject, null, webview);
    await assign(shifts.database, shifts.grace, subject, { to: 'me' });
    await shifts.add(`connected_account:${account}`, account, webview);
    await shifts.database.pool.query(
      'update reconciler.reconciliations set connected_account_id = $2 where subject = $1',
      [subject, account],
    );
    expect((await shifts.shiftOf(account))?.assignee?.name).toBe('Grace');
    expect(await shifts.assigned('me')).toEqual(
      expect.arrayContaining([subject, `connected_account:${account}`]),
    );
    await assign(shifts.database, shifts.ada, account, { to: 'me' });
    expect(await shifts.assigned('me')).not.toContain(subject);
    expect(await shifts.assigned('me', shifts.ada)).toContain(subject);
  });

  test.each([
    ['somebody who is disabled', 'Gone'],
    ['a viewer', 'Vic'],
  ])('can’t be that of %s', async (_, name) => {
    const { key } = await shifts.addCase();
    const { rows } = await shifts.database.pool.query(
      'select id::int from reconciler.operators where name = $1',
      [name],
    );
    await expect(
      assign(shifts.database, shifts.grace, key, { to: rows[0].id }),
    ).rejects.toMatchObject({
      fault: 'invalid',
      faults: { to: expect.stringContaining(name) },
    });
  });

  test('by whoever may not, or that isn’t there, is not assigned', async () => {
    const { key } = await shifts.addCase();
    const viewer = { ...shifts.grace, role: 'viewer' } as const;
    await expect(assign(shifts.database, viewer, key, { to: 'me' })).rejects.toMatchObject({
      fault: 'not_allowed',
    });
    await expect(assign(shifts.database, SHELL, key, { to: 'me' })).rejects.toMatchObject({
      fault: 'invalid',
    });
    await expect(assign(shifts.database, shifts.grace, 'none', { to: 'me' })).rejects.toMatchObject(
      {
        fault: 'not_found',
      },
    );
  });
});

test('whom one may choose from are those who have cases, by name, too', async () => {
  const all = await colleagues(shifts.database.pool, shifts.grace);
  expect(all.map(({ name }) => name)).toEqual(['Ada', 'Grace']);
  expect(await whomIsMeant(shifts.database.pool, shifts.grace, ' ada ')).toBe(idOf(shifts.ada));
  expect(await whomIsMeant(shifts.database.pool, shifts.grace, '12')).toBe(12);
  await expect(whomIsMeant(shifts.database.pool, shifts.grace, 'Vic')).rejects.toMatchObject({
    fault: 'invalid',
  });
});

test('a token’s cases are those of whose it is', async () => {
  const { key } = await shifts.addCase();
  const token: Actor = {
    ...shifts.grace,
    key: 'token:5',
    owner: { key: shifts.grace.key as `operator:${number}`, name: 'Grace' },
  };
  await assign(shifts.database, token, key, { to: 'me' });
  expect((await shifts.shiftOf(key))?.assignee?.name).toBe('Grace');
  expect(await shifts.assigned('me', token)).toContain(key);
  expect(await shifts.assigned('me', SHELL)).toEqual([]);
});
