import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import type { Role } from '../../../src/access/permissions.ts';
import type { BulkGiven } from '../../../src/model/bulk.ts';
import { changeRole } from '../../../src/operators/change-operator.ts';
import { addOperator } from '../../../src/operators/operators.ts';
import { operatorActor } from '../../../src/operators/sign-in.ts';
import { plan, tryPlan } from '../../../src/support/bulk/plan.ts';
import { readBulkRun } from '../../../src/support/bulk/read.ts';
import { listBulkItems } from '../../../src/support/bulk/read-items.ts';
import { parseSelection, selectSubjects } from '../../../src/support/bulk/selection.ts';
import { start, stop } from '../../../src/support/bulk/start.ts';
import { addFailed, type BulkDesk, bulkDesk, itemStates, stepOn } from '../../fixtures/bulk.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { addConnection } from '../../fixtures/desk.ts';
import { SHELL } from '../../fixtures/shell.ts';

/* What is done to many besides a retry is done by what one person's button does, with an audit row each. */

const FAILED = parseSelection('state=failed');

let database: TestDatabase;
let desk: BulkDesk;
let ada: { id: number; actor: Actor };
beforeEach(async () => {
  database = await createTestDatabase();
  desk = bulkDesk(database);
  ada = await operator('Ada', 'support');
});
afterEach(() => database[Symbol.asyncDispose]());

const operator = async (name: string, role: Role) => {
  const { id } = await addOperator(database.pool, SHELL, { name, role, password: null });
  return { id, actor: operatorActor({ id, name, role }) };
};
const sql = async (text: string, values: unknown[] = []) =>
  (await database.pool.query(text, values)).rows;
const account = (id: string, claimedUserId: string | null = null) =>
  addConnection(database, {
    subject: `connected_account:${id}`,
    reason: 'user_not_found',
    accountId: id,
    claimedUserId,
  });

type Done = 'dismiss' | 'assign' | 'note' | 'link';
const planned = (action: Done, given: BulkGiven = {}, why?: string, selection = FAILED) =>
  plan(desk, ada.actor, selection, { why, order: { action, given } });
/** Planned, started, and done as far as one step goes. */
const done = async (...what: Parameters<typeof planned>): Promise<number> => {
  const id = await planned(...what);
  await start(desk, ada.actor, id);
  await stepOn(desk);
  return id;
};
/** At one a second, the first step of it. */
const slowly = async (): Promise<number> => {
  const id = await planned('note', { text: 'x' });
  await sql('update reconciler.bulk_runs set per_minute = 60 where id = $1', [id]);
  await start(desk, ada.actor, id);
  await stepOn(desk);
  const { succeeded, waiting } = await itemStates(database, id);
  expect(succeeded).toBeGreaterThan(0);
  expect(waiting).toBeGreaterThan(0);
  return id;
};
const audit = (id: number, action: string) =>
  sql(
    `select target, actor_name, why from reconciler.audit_log
      where bulk_run_id = $1 and action = $2 order by target`,
    [id, action],
  );
const told = (id: number) => readBulkRun(desk, SHELL, id);

describe('a run', () => {
  test('dismisses each with the note, and one audit row; nothing is looked at', async () => {
    await addFailed(database, 3);
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
    expect(desk.requested).toEqual([]);
  });

  test('writes a note on each', async () => {
    await addFailed(database, 2);
    const id = await done('note', { text: ' Ticket 4711 ' });
    expect(await told(id)).toMatchObject({ state: 'done', counts: { succeeded: 2 } });
    expect(await audit(id, 'note')).toHaveLength(2);
    expect(await sql('select text, by from reconciler.notes')).toEqual([
      { text: 'Ticket 4711', by: 'Ada' },
      { text: 'Ticket 4711', by: 'Ada' },
    ]);
  });

  test('assigns each, and to nobody again', async () => {
    await addFailed(database, 2);
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
    await addFailed(database, 1);
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
    expect(desk.requested.toSorted()).toEqual(['connected_account:a1', 'connected_account:a2']);
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
    expect(await tryPlan(desk, ada.actor, FAILED, { order, why: 'x' })).toMatchObject({
      total: 1,
      sample: ['connected_account:a1'],
      leftOut: { email_of_several: 1 },
    });
    expect(await sql('select 1 from reconciler.bulk_runs')).toEqual([]);
  });
});

describe('a case', () => {
  test('that changed since the preview is skipped, and counted apart', async () => {
    await addFailed(database, 3);
    const id = await planned('dismiss', {}, 'Gone');
    await sql(`update reconciler.reconciliations
                  set generation = 2, observed_generation = 2 where subject = 'connect_webview:w2'`);
    await start(desk, ada.actor, id);
    await stepOn(desk);
    expect(await told(id)).toMatchObject({ state: 'done', counts: { succeeded: 2, skipped: 1 } });
    const skipped = await listBulkItems(database.db, SHELL, id, { state: 'skipped', limit: 5 });
    expect(skipped).toMatchObject([
      { subject: 'connect_webview:w2', why: 'it has changed since the preview' },
    ]);
  });

  test('is skipped, too, when there is news of another of its subjects', async () => {
    await account('a1');
    await addConnection(database, {
      subject: 'connect_webview:w1',
      state: 'linked',
      accountId: 'a1',
    });
    const id = await planned('note', { text: 'x' });
    await sql(`update reconciler.reconciliations
                  set generation = 2, observed_generation = 2 where subject = 'connect_webview:w1'`);
    await start(desk, ada.actor, id);
    await stepOn(desk);
    expect(await itemStates(database, id)).toEqual({ skipped: 1 });
  });

  test('is one, however many of its subjects were selected', async () => {
    await account('a1');
    await addConnection(database, {
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
    await start(desk, ada.actor, id);
    await stepOn(desk);
    expect(await told(id)).toMatchObject({ state: 'done', counts: { succeeded: 1, skipped: 1 } });
    const [skipped] = await listBulkItems(database.db, SHELL, id, { state: 'skipped', limit: 1 });
    expect(skipped?.why).toContain('The account was deleted in Seam');
  });
});

describe('it', () => {
  test('lacks something: says what, and doesn’t start', async () => {
    await addFailed(database, 1);
    for (const [action, field] of [
      ['dismiss', 'why'],
      ['note', 'text'],
      ['assign', 'to'],
    ] as const) {
      const id = await planned(action);
      await expect(start(desk, ada.actor, id)).rejects.toMatchObject({
        fault: 'invalid',
        faults: { [field]: expect.any(String) },
      });
    }
  });

  test('keeps to its pace, and stops: what waits is skipped', async () => {
    await addFailed(database, 90);
    const id = await slowly();
    await stop(desk, ada.actor, id);
    expect(await told(id)).toMatchObject({ state: 'stopped', counts: { waiting: 0 } });
    expect((await itemStates(database, id)).skipped).toBeGreaterThan(0);
  });

  test('ends with the right of whoever started it', async () => {
    await addFailed(database, 60);
    const id = await slowly();
    await changeRole(database.pool, SHELL, ada.id, 'viewer');
    const { succeeded } = await itemStates(database, id);
    await stepOn(desk);
    expect(await told(id)).toMatchObject({
      state: 'stopped_itself',
      stopped_because:
        'Ada, who started it, now has the role "viewer", and this requires "support"',
      counts: { succeeded, waiting: 0 },
    });
  });

  test('is for whoever may do it to one', async () => {
    await addFailed(database, 1);
    const grant = { permissions: ['plan_bulk_run', 'start_bulk_run'], workspaces: null } as const;
    const token: Actor = { ...ada.actor, key: 'token:1', grant };
    const order = { action: 'dismiss', given: {} } as const;
    await expect(plan(desk, token, FAILED, { order, why: 'x' })).rejects.toThrow(
      'requires the permission "dismiss"',
    );
  });
});
