import { describe, expect, test } from 'vitest';
import { tryPlan } from '../../../src/support/bulk/plan.ts';
import { addFailed } from '../../fixtures/bulk.ts';
import { useCarryOut } from '../../fixtures/carry-out.ts';

/* What is done to many besides a retry is done by what one person's button does, with an audit row each. */

const runs = useCarryOut();
const { FAILED, operator, sql, account, done, audit, told } = runs;

describe('a run', () => {
  test('dismisses each with the note, and one audit row; nothing is looked at', async () => {
    await addFailed(runs.database, 3);
    const id = await done('dismiss', {}, 'The tenant left.');
    expect(await told(id)).toMatchObject({ state: 'done', counts: { succeeded: 3 } });
    expect(await audit(id, 'dismiss')).toEqual(
      [1, 2, 3].map(n => ({
        target: `connect_webview:w${n}`,
        actor_name: 'Ada',
        why: 'The tenant left.',
      })),
    );
    expect(
      await sql('select distinct state, dismissed_by from reconciler.reconciliations'),
    ).toEqual([{ state: 'dismissed', dismissed_by: 'Ada' }]);
    expect(await sql('select distinct text from reconciler.notes')).toEqual([
      { text: 'The tenant left.' },
    ]);
    expect(runs.desk.requested).toEqual([]);
  });

  test('writes a note on each', async () => {
    await addFailed(runs.database, 2);
    const id = await done('note', { text: ' Ticket 4711 ' });
    expect(await told(id)).toMatchObject({ state: 'done', counts: { succeeded: 2 } });
    expect(await audit(id, 'note')).toHaveLength(2);
    expect(await sql('select text, by from reconciler.notes')).toEqual([
      { text: 'Ticket 4711', by: 'Ada' },
      { text: 'Ticket 4711', by: 'Ada' },
    ]);
  });

  test('assigns each, and to nobody again', async () => {
    await addFailed(runs.database, 2);
    const grace = await operator('Grace', 'support');
    const id = await done('assign', { operatorId: grace.id });
    expect(await told(id)).toMatchObject({ given_words: 'To Grace', counts: { succeeded: 2 } });
    expect(await audit(id, 'assign')).toHaveLength(2);
    const whose = 'select distinct operator_id::int as whose from reconciler.assignments';
    expect(await sql(whose)).toEqual([{ whose: grace.id }]);
    await done('assign', { operatorId: null });
    expect(await sql(whose)).toEqual([{ whose: null }]);
  });

  test('links each to the user whom its metadata names, and leaves out the others', async () => {
    await sql(
      `insert into reconciler.users (id, name) values ('ada', 'Ada L'), ('grace', 'Grace H')`,
    );
    await account('a1', 'tenant-9:ada');
    await account('a2', 'tenant-9:grace');
    await account('a3', 'tenant-8:ada');
    await account('a4', 'tenant-9:nobody');
    await addFailed(runs.database, 1);
    const id = await done('link', { withoutPrefix: 'tenant-9:' }, 'Ticket 7');
    const run = await told(id);
    expect(run.left_out).toEqual({ no_account: 1, other_prefix: 1, no_such_user: 1 });
    expect(run).toMatchObject({ state: 'done', total: 2, counts: { succeeded: 2 } });
    expect(
      await sql('select connected_account_id as account, user_id from reconciler.links order by 1'),
    ).toEqual([
      { account: 'a1', user_id: 'ada' },
      { account: 'a2', user_id: 'grace' },
    ]);
    expect((await audit(id, 'link')).map(({ why }) => why)).toEqual(['Ticket 7', 'Ticket 7']);
    expect(runs.desk.requested.toSorted()).toEqual([
      'connected_account:a1',
      'connected_account:a2',
    ]);
  });

  test('links by the account’s e-mail where exactly one user has it', async () => {
    await sql(`insert into reconciler.users (id, email)
               values ('ada', 'Ada@x.example'), ('twin1', 't@x.example'), ('twin2', 'T@x.example')`);
    for (const [id, email] of [
      ['a1', 'ada@X.example'],
      ['a2', 't@x.example'],
    ]) {
      await account(id ?? '');
      await sql(
        `insert into reconciler.connected_accounts
                (connected_account_id, user_identifier, accepted_capabilities, custom_metadata, errors, warnings, read_by_run, read_at)
         values ($1, jsonb_build_object('email', $2::text), '[]', '{}', '[]', '[]', 1, now())`,
        [id, email],
      );
    }
    const order = { action: 'link', given: { byEmail: true } } as const;
    expect(await tryPlan(runs.desk, runs.ada.actor, FAILED, { order, why: 'x' })).toMatchObject({
      total: 1,
      sample: ['connected_account:a1'],
      leftOut: { email_of_several: 1 },
    });
    expect(await sql('select 1 from reconciler.bulk_runs')).toEqual([]);
  });
});
