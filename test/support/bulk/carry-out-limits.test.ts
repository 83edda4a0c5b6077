import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import { changeRole } from '../../../src/operators/change-operator.ts';
import { plan } from '../../../src/support/bulk/plan.ts';
import { listBulkItems } from '../../../src/support/bulk/read-items.ts';
import { selectSubjects } from '../../../src/support/bulk/selection.ts';
import { start, stop } from '../../../src/support/bulk/start.ts';
import { addFailed, itemStates, stepOn } from '../../fixtures/bulk.ts';
import { useCarryOut } from '../../fixtures/carry-out.ts';
import { addConnection } from '../../fixtures/desk.ts';
import { SHELL } from '../../fixtures/shell.ts';

/* What is done to many besides a retry is done by what one person's button does, with an audit row each. */

const runs = useCarryOut();
const { FAILED, sql, account, planned, done, slowly, told } = runs;

describe('a case', () => {
  test('that changed since the preview is skipped, and counted apart', async () => {
    await addFailed(runs.database, 3);
    const id = await planned('dismiss', {}, 'Gone');
    await sql(`update reconciler.reconciliations
                  set generation = 2, observed_generation = 2 where subject = 'connect_webview:w2'`);
    await start(runs.desk, runs.ada.actor, id);
    await stepOn(runs.desk);
    expect(await told(id)).toMatchObject({ state: 'done', counts: { succeeded: 2, skipped: 1 } });
    const skipped = await listBulkItems(runs.database.db, SHELL, id, {
      state: 'skipped',
      limit: 5,
    });
    expect(skipped).toMatchObject([
      { subject: 'connect_webview:w2', why: 'it has changed since the preview' },
    ]);
  });

  test('is skipped, too, when there is news of another of its subjects', async () => {
    await account('a1');
    await addConnection(runs.database, {
      subject: 'connect_webview:w1',
      state: 'linked',
      accountId: 'a1',
    });
    const id = await planned('note', { text: 'x' });
    await sql(`update reconciler.reconciliations
                  set generation = 2, observed_generation = 2 where subject = 'connect_webview:w1'`);
    await start(runs.desk, runs.ada.actor, id);
    await stepOn(runs.desk);
    expect(await itemStates(runs.database, id)).toEqual({ skipped: 1 });
  });

  test('is one, however many of its subjects were selected', async () => {
    await account('a1');
    await addConnection(runs.database, {
      subject: 'connect_webview:w1',
      state: 'linked',
      accountId: 'a1',
    });
    const both = selectSubjects(['connect_webview:w1', 'connected_account:a1']);
    const id = await done('note', { text: 'x' }, undefined, both);
    expect(await told(id)).toMatchObject({ total: 1, counts: { succeeded: 1 } });
    expect(await sql('select count(*)::int as notes from reconciler.notes')).toEqual([
      { notes: 1 },
    ]);
  });

  test('that can’t be linked any more is skipped with why, and the others go on', async () => {
    await sql(`insert into reconciler.users (id) values ('ada')`);
    await account('a1', 'ada');
    await account('a2', 'ada');
    const id = await planned('link', { withoutPrefix: '' }, 'x');
    await sql(`insert into reconciler.connected_accounts
        (connected_account_id, user_identifier, accepted_capabilities, custom_metadata, errors, warnings, read_by_run, read_at, deleted_at)
        values ('a1', '{}', '[]', '{}', '[]', '[]', 1, now(), now())`);
    await start(runs.desk, runs.ada.actor, id);
    await stepOn(runs.desk);
    expect(await told(id)).toMatchObject({ state: 'done', counts: { succeeded: 1, skipped: 1 } });
    const [skipped] = await listBulkItems(runs.database.db, SHELL, id, {
      state: 'skipped',
      limit: 1,
    });
    expect(skipped?.why).toContain('The account was deleted in Seam');
  });
});

describe('it', () => {
  test('lacks something: says what, and doesn’t start', async () => {
    await addFailed(runs.database, 1);
    for (const [action, field] of [
      ['dismiss', 'why'],
      ['note', 'text'],
      ['assign', 'to'],
    ] as const) {
      const id = await planned(action);
      await expect(start(runs.desk, runs.ada.actor, id)).rejects.toMatchObject({
        fault: 'invalid',
        faults: { [field]: expect.any(String) },
      });
    }
  });

  test('keeps to its pace, and stops: what waits is skipped', async () => {
    await addFailed(runs.database, 90);
    const id = await slowly();
    await stop(runs.desk, runs.ada.actor, id);
    expect(await told(id)).toMatchObject({ state: 'stopped', counts: { waiting: 0 } });
    expect((await itemStates(runs.database, id)).skipped).toBeGreaterThan(0);
  });

  test('ends with the right of whoever started it', async () => {
    await addFailed(runs.database, 60);
    const id = await slowly();
    await changeRole(runs.database.pool, SHELL, runs.ada.id, 'viewer');
    const { succeeded } = await itemStates(runs.database, id);
    await stepOn(runs.desk);
    expect(await told(id)).toMatchObject({
      state: 'stopped_itself',
      stopped_because:
        'Ada, who started it, now has the role "viewer", and this requires "support"',
      counts: { succeeded, waiting: 0 },
    });
  });

  test('is for whoever may do it to one', async () => {
    await addFailed(runs.database, 1);
    const grant = { permissions: ['plan_bulk_run', 'start_bulk_run'], workspaces: null } as const;
    const token: Actor = { ...runs.ada.actor, key: 'token:1', grant };
    const order = { action: 'dismiss', given: {} } as const;
    await expect(plan(runs.desk, token, FAILED, { order, why: 'x' })).rejects.toThrow(
      'requires the permission "dismiss"',
    );
  });
});
