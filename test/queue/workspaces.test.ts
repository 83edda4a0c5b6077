import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { shellActor } from '../../src/access/actor.ts';
import type { Subject } from '../../src/model/subject.ts';
import type { Owing } from '../../src/queue/queues.ts';
import { sweepOnce } from '../../src/queue/sweep.ts';
import { callBackKnown, parkUnknownWorkspaces } from '../../src/queue/unknown-workspaces.ts';
import { beginRun } from '../../src/reconcile/begin.ts';
import {
  forgetHolds,
  isHeld,
  putUpHold,
  readHolds,
  takeDownHold,
  takeDueProbe,
} from '../../src/reconcile/holds.ts';
import { isAnythingStuck } from '../../src/reconcile/owed.ts';
import { advanceRecovery } from '../../src/reconcile/recovery.ts';
import { findMatches } from '../../src/support/cases/find.ts';
import { retry } from '../../src/support/cases/retry.ts';
import { readQueueStatus } from '../../src/support/queue/status.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { SHELL } from '../fixtures/shell.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query(
    'truncate reconciler.reconciliations, reconciler.deliveries, reconciler.workspace_holds cascade',
  );
});

const owe = async (
  workspaceId: string | null,
  { overdueSeconds = 60, state = 'pending', reason = null as string | null } = {},
): Promise<Subject> => {
  const subject: Subject = `connected_account:${randomUUID()}`;
  await database.pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, state, reason, workspace_id, due_at, sweep_at)
     values ($1, 1, $2, $3, $4, now() - interval '10 min', now() - $5 * interval '1 s')`,
    [subject, state, reason, workspaceId, overdueSeconds],
  );
  return subject;
};
const addDelivery = (subject: Subject, workspaceId: string) =>
  database.pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, workspace_id, body, signature)
     values ($1, 'connected_account.created', $2, $3, '', '{}')`,
    [randomUUID(), subject, workspaceId],
  );
const find = async (subject: Subject) => (await findMatches(database.db, SHELL, subject))[0];
const sweep = async (servedIds: readonly string[] | null): Promise<Owing[]> => {
  const taken: Owing[] = [];
  await sweepOnce(database.pool, {
    servedIds,
    open: async () => undefined,
    waiting: async () => 0,
    owed: async overdue =>
      void taken.push(...overdue.map(({ subject, workspaceId }) => ({ subject, workspaceId }))),
  });
  return taken;
};

test('a sweep takes what is of the workspaces that it serves', async () => {
  const ours = await owe('a');
  await owe('b');
  await owe(null);
  expect(await sweep(['a'])).toEqual([{ subject: ours, workspaceId: 'a' }]);
});

test('with one workspace for all it takes whatever is owed', async () => {
  await Promise.all([owe('a'), owe(null)]);
  expect(await sweep(null)).toHaveLength(2);
});

test('what nobody serves is set aside once, with its reason, and stays owed', async () => {
  const stranger = await owe('b');
  const nameless = await owe(null);
  await owe('a');
  const found = await parkUnknownWorkspaces(database.pool, ['a']);
  expect(
    found.toSorted((x, y) => (x.workspaceId === null ? 1 : y.workspaceId === null ? -1 : 0)),
  ).toEqual([
    { workspaceId: 'b', subjects: 1 },
    { workspaceId: null, subjects: 1 },
  ]);
  for (const subject of [stranger, nameless]) {
    expect(await find(subject)).toMatchObject({
      state: 'retrying',
      reason: 'workspace_unknown',
      observed_generation: 0,
    });
  }
  expect(await parkUnknownWorkspaces(database.pool, ['a'])).toEqual([]);
});

test('what another worker may be about to take, or is looking at, is left to it', async () => {
  const fresh = await owe('b', { overdueSeconds: 1 });
  const underWay = await owe('b');
  await beginRun(database.pool, underWay, 'sweep', 'b');
  expect(await parkUnknownWorkspaces(database.pool, ['a'])).toEqual([]);
  for (const subject of [fresh, underWay]) expect((await find(subject))?.reason).toBeNull();
});

test('what was stored before workspaces were written down is of the one that its events name', async () => {
  const subject = await owe(null);
  await addDelivery(subject, 'a');
  expect(await sweep(['a'])).toEqual([]);
  expect(await parkUnknownWorkspaces(database.pool, ['a'])).toEqual([]);
  expect(await sweep(['a'])).toEqual([{ subject, workspaceId: 'a' }]);
});

test('a worker that serves the workspace calls back at its start what was set aside, and only that', async () => {
  const back = await owe('b');
  await owe('c');
  await parkUnknownWorkspaces(database.pool, ['a']);
  expect(await sweep(['a', 'b'])).toEqual([]);
  await callBackKnown(database.pool, ['a', 'b']);
  expect(await sweep(['a', 'b'])).toEqual([{ subject: back, workspaceId: 'b' }]);
  await callBackKnown(database.pool, null);
  // Both: the first has been asked for, but no run has dealt with it yet.
  const all = await sweep(null);
  expect(all.map(({ workspaceId }) => workspaceId).toSorted()).toEqual(['b', 'c']);
});

test('a run is begun only with the key of its own workspace', async () => {
  const subject = await owe('b');
  expect(await beginRun(database.pool, subject, 'sweep', 'a')).toEqual({ kind: 'nothing_owed' });
  expect(await beginRun(database.pool, subject, 'sweep', 'b')).toMatchObject({ kind: 'begun' });
});

test('what waits for a workspace is owed, but keeps no worker from looking well', async () => {
  await owe('b');
  await parkUnknownWorkspaces(database.pool, ['a']);
  expect(await readQueueStatus(database.db, SHELL)).toMatchObject({
    owed: 1,
    waiting: 0,
    oldest_due_at: null,
    workspaces: [{ workspace_id: 'b', owed: 1, waiting: 0, oldest_due_at: null }],
  });
  expect(await isAnythingStuck(database.pool, 120, 'a')).toBe(false);
  expect(await isAnythingStuck(database.pool, 120, 'b')).toBe(true);
});

const PERSON = shellActor('somebody');

test('a retry of what nobody serves is refused and changes nothing; of the rest it goes to its queue', async () => {
  const stranger = await owe('b');
  const early = await owe(null);
  await addDelivery(early, 'a');
  const requested: (string | null)[] = [];
  const queues = {
    servedIds: ['a'],
    request: async (_subject: Subject, workspaceId: string | null) => {
      requested.push(workspaceId);
      return true;
    },
  };
  expect(await retry({ ...database, queues }, PERSON, stranger)).toMatchObject([
    { result: 'refused', why: expect.stringContaining('(b)') },
  ]);
  expect(await find(stranger)).toMatchObject({ generation: 1, state: 'pending' });
  expect(await retry({ ...database, queues }, PERSON, early)).toMatchObject([{ result: 'asked' }]);
  expect(requested).toEqual(['a']);
  expect(await find(early)).toMatchObject({ generation: 2, workspace_id: 'a' });
});

const HOLD = { reason: 'seam_unauthorized', detail: 'refused', seamRequestId: null } as const;

test('a hold is of one workspace, and so are its probe and its end', async () => {
  const { db, pool } = database;
  const failed = { state: 'retrying', reason: 'seam_unauthorized', overdueSeconds: -600 };
  const [ours] = await Promise.all([owe('a', failed), owe('b', failed)]);
  await pool.query(`update reconciler.reconciliations set due_at = now() + interval '1 h'`);
  for (const workspaceId of ['a', 'b', null]) {
    expect(await putUpHold(db, { ...HOLD, workspaceId, waitMs: 0 })).toBe(true);
    expect(await putUpHold(db, { ...HOLD, workspaceId, waitMs: 0 })).toBe(false);
  }
  await pool.query('update reconciler.workspace_holds set probe_at = now(), probes = 1');
  const due = await takeDueProbe(db, 'a');
  expect(due).toMatchObject({ workspaceId: 'a', probes: 2 });
  expect(await takeDueProbe(db, 'a')).toBeNull();
  if (due !== null) await takeDownHold(db, due);
  expect((await advanceRecovery(pool, 'a'))?.subjects).toEqual([ours]);
  expect(await advanceRecovery(pool, 'b')).toBeNull();
  expect(await isHeld(db, 'a')).toBe(false);
  expect(await isHeld(db, 'b')).toBe(true);
  expect(await isHeld(db, null)).toBe(true);
  expect(await takeDueProbe(db, null)).toMatchObject({ workspaceId: null });
});

test('a hold of a workspace that nobody serves any more is forgotten, in time', async () => {
  const { db, pool } = database;
  for (const workspaceId of ['a', 'b', null]) {
    await putUpHold(db, { ...HOLD, workspaceId, waitMs: 0 });
  }
  const standing = async () => (await readHolds(db)).map(hold => hold.workspaceId).toSorted();
  await forgetHolds(db, ['a']);
  expect(await standing()).toHaveLength(3);
  await pool.query("update reconciler.workspace_holds set probe_at = now() - interval '1 h'");
  await forgetHolds(db, ['a']);
  expect(await standing()).toEqual(['a']);
  await forgetHolds(db, null);
  expect(await standing()).toEqual([]);
});
