import { afterAll, beforeAll, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../../fixtures/desk.ts';
import { runHere } from '../../fixtures/here.ts';

/* What a list can be narrowed to, a bulk run can: the same rows by API and command. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  const { pool } = desk.database;
  const add = (id: string, claimedUserId: string | null, state = 'failed') =>
    addConnection(desk.database, {
      subject: `connected_account:${id}`,
      accountId: id,
      state,
      reason: state === 'failed' ? 'user_not_found' : null,
      claimedUserId,
    });
  await add('patterned', 'tenant-9:1');
  await add('stopped', null);
  await add('mine', null);
  await add('asleep', null);
  await add('plain', null);
  await pool.query(
    `insert into reconciler.connected_accounts (connected_account_id, account_type, state, state_since,
             user_identifier, custom_metadata, errors, warnings, accepted_capabilities, read_by_run)
     values ('stopped', 'august', 'disconnected', now(), '{}', '{}', '[]', '[]', '[]', 1),
            ('plain', 'schlage', 'connected', now(), '{}', '{}', '[]', '[]', '[]', 1)`,
  );
  await pool.query(
    `insert into reconciler.assignments (subject, operator_id, assigned_by)
     select 'connected_account:mine', id, 'operator:1' from reconciler.operators where role = 'admin'`,
  );
  await pool.query(
    `insert into reconciler.snoozes (subject, until_news, heard, by)
     values ('connected_account:asleep', true, 1, 'operator:1')`,
  );
});
afterAll(() => desk[Symbol.asyncDispose]());

const admin = async (): Promise<{ id: string; name: string }> => {
  const { rows } = await desk.database.pool.query<{ id: string; name: string }>(
    `select id::text, name from reconciler.operators where role = 'admin'`,
  );
  return rows[0] ?? { id: '', name: '' };
};
const command = (...args: string[]) =>
  runHere([...args, '--json'], { DATABASE_URL: desk.database.url, LOG_LEVEL: 'error' });

test.each([
  ['pattern', 'tenant-9:', 'patterned'],
  ['standing', 'disconnected', 'stopped'],
  ['maker', 'august', 'stopped'],
  ['assigned', 'the admin', 'mine'],
  ['snoozed', 'yes', 'asleep'],
])('%s=%s means the same in a list and in a bulk run', async (field, value, only) => {
  const subject = `connected_account:${only}`;
  // A command takes the name, too, and a program the number.
  const given = field === 'assigned' ? await admin() : { id: value, name: value };

  const planned = await desk.call('admin', 'POST', '/bulk-runs', {
    body: { filter: { state: 'failed', [field]: given.id } },
  });
  expect(planned).toMatchObject({ status: 201, body: { total: 1 } });

  const listed = await command('list', '--state', 'failed', `--${field}`, given.name);
  expect(JSON.parse(listed.stdout)).toMatchObject({ reconciliations: [{ subject }] });
  const tried = await command(
    ...['bulk', 'plan', '--dry-run', '--state', 'failed', `--${field}`, given.name],
  );
  expect(JSON.parse(tried.stdout)).toMatchObject({ total: 1, sample: [subject] });
});

test('a value that can’t be one is refused, and nothing is planned', async () => {
  const filter = { standing: 'asleep' };
  const answer = await desk.call('admin', 'POST', '/bulk-runs', { body: { filter } });
  expect(answer).toMatchObject({
    status: 422,
    body: {
      error: { message: expect.stringMatching(/^body\.filter\.standing: It must be one of /) },
    },
  });
  expect((await command('bulk', 'plan', '--snoozed', 'perhaps')).code).toBe(2);
});

test('a name that nobody has is refused', async () => {
  const { code, stderr } = await command('list', '--assigned', 'Nobody Known');
  expect(code).toBe(4);
  expect(stderr).toContain("There is no operator 'Nobody Known'");
});
