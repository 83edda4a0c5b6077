import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../src/access/actor.ts';
import type { Role } from '../../src/access/permissions.ts';
import { changeRole, disableOperator } from '../../src/operators/change-operator.ts';
import { addOperator } from '../../src/operators/operators.ts';
import { revokeToken } from '../../src/operators/revoke-tokens.ts';
import { operatorActor } from '../../src/operators/sign-in.ts';
import { planAndStart } from '../../src/support/bulk/plan.ts';
import { readBulkRun } from '../../src/support/bulk/read.ts';
import { listBulkItems } from '../../src/support/bulk/read-items.ts';
import { parseSelection } from '../../src/support/bulk/selection.ts';
import {
  addFailed,
  type BulkDesk,
  bulkDesk,
  endLooks,
  itemStates,
  stepOn,
} from '../fixtures/bulk.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { SHELL } from '../fixtures/shell.ts';
import { addToken } from '../fixtures/tokens.ts';

/* A bulk run acts in the name of whoever started it, for hours: it ends with their right to start one. */

/** So many are handed out in a step. */
const PAGE = 10;
const SMALL = 30;
const LARGE = 120;
const FAILED = parseSelection('state=failed');

let database: TestDatabase;
let desk: BulkDesk;
beforeEach(async () => {
  database = await createTestDatabase();
  desk = bulkDesk(database);
});
afterEach(() => database[Symbol.asyncDispose]());

const operator = async (name: string, role: Role) => {
  const { id } = await addOperator(database.pool, SHELL, { name, role, password: null });
  return { id, actor: operatorActor({ id, name, role }) };
};

const token = async (owner: string, role: Role): Promise<{ id: number; actor: Actor }> => {
  const made = await addToken(database.pool, { name: 'nightly', role, owner });
  const { id, owner_id: ownerId, permissions, workspaces } = made.token;
  const actor: Actor = {
    key: `token:${id}`,
    name: 'nightly',
    role,
    face: 'api',
    idempotencyKey: null,
    owner: { key: `operator:${ownerId ?? 0}`, name: owner },
    grant: { permissions, workspaces },
  };
  return { id, actor };
};

/** Started, and its first page handed out. */
const begun = async (actor: Actor, number: number): Promise<number> => {
  await addFailed(database, number);
  const id = await planAndStart(desk, actor, FAILED);
  await stepOn(desk);
  expect(await itemStates(database, id)).toEqual({ asked: PAGE, waiting: number - PAGE });
  return id;
};

/** What was asked for is looked at to its end; nothing else is asked for, and the run says why. */
const expectStopped = async (id: number, number: number, because: string): Promise<void> => {
  const before = desk.requested.length;
  await stepOn(desk);
  expect(desk.requested).toHaveLength(before);
  expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
    state: 'stopped_itself',
    stopped_because: because,
    counts: { asked: PAGE, skipped: number - PAGE, waiting: 0 },
  });
  await endLooks(database, { state: 'linked' });
  await stepOn(desk);
  expect(desk.requested).toHaveLength(before);
  expect(await readBulkRun(desk, SHELL, id)).toMatchObject({
    state: 'stopped_itself',
    finished_at: expect.any(String),
    counts: { succeeded: PAGE, skipped: number - PAGE },
  });
};

test('one that a token started stops when the token is revoked, and somebody else does the rest', async () => {
  await operator('Ada', 'admin');
  const { id: tokenId, actor } = await token('Ada', 'support');
  const id = await begun(actor, SMALL);
  await revokeToken(database.pool, SHELL, tokenId);
  await expectStopped(id, SMALL, 'the token that started it (nightly) was revoked');
  const [skipped] = await listBulkItems(database.db, SHELL, id, { state: 'skipped', limit: 1 });
  expect(skipped?.why).toBe('the run had stopped automatically');

  const grace = await operator('Grace', 'support');
  const rest = await planAndStart(desk, grace.actor, FAILED);
  await stepOn(desk);
  expect(await itemStates(database, rest)).toEqual({ asked: PAGE, waiting: SMALL - 2 * PAGE });
});

test('and when the token has expired', async () => {
  await operator('Ada', 'admin');
  const { id: tokenId, actor } = await token('Ada', 'support');
  const id = await begun(actor, SMALL);
  await database.pool.query(
    `update reconciler.api_tokens set secret_at = now() - interval '1 year' where id = $1`,
    [tokenId],
  );
  await expectStopped(id, SMALL, 'the token that started it (nightly) has expired');
});

test('and when the owner of the token has only a lesser role', async () => {
  const ada = await operator('Ada', 'on-call');
  const { actor } = await token('Ada', 'support');
  const id = await begun(actor, SMALL);
  await changeRole(database.pool, SHELL, ada.id, 'viewer');
  const because =
    'the token that started it (nightly) now has the role "viewer", and this requires "support"';
  await expectStopped(id, SMALL, because);
});

test('and where a version that revokes no tokens disabled its owner', async () => {
  const ada = await operator('Ada', 'admin');
  const { actor } = await token('Ada', 'support');
  const id = await begun(actor, SMALL);
  await database.pool.query('update reconciler.operators set disabled_at = now() where id = $1', [
    ada.id,
  ]);
  await expectStopped(id, SMALL, 'Ada, whose token started it, was disabled');
});

test('one that an operator started stops when they are disabled', async () => {
  const ada = await operator('Ada', 'support');
  const id = await begun(ada.actor, SMALL);
  await disableOperator(database.pool, SHELL, ada.id);
  await expectStopped(id, SMALL, 'Ada, who started it, was disabled');
});

test('a large one stops with the role that a large one takes; a small one goes on, in the role of today', async () => {
  const ada = await operator('Ada', 'on-call');
  const large = await begun(ada.actor, LARGE);
  await changeRole(database.pool, SHELL, ada.id, 'support');
  const because = 'Ada, who started it, now has the role "support", and this requires "on-call"';
  await expectStopped(large, LARGE, because);

  const grace = await operator('Grace', 'on-call');
  await database.pool.query(`delete from reconciler.reconciliations`);
  await addFailed(database, SMALL, 'v');
  const small = await planAndStart(desk, grace.actor, FAILED);
  await changeRole(database.pool, SHELL, grace.id, 'support');
  await stepOn(desk);
  expect(await itemStates(database, small)).toEqual({ asked: PAGE, waiting: SMALL - PAGE });
  const { rows } = await database.pool.query(
    `select actor_name, role, count(*)::int as rows from reconciler.audit_log
      where bulk_run_id = $1 and action = 'retry' group by 1, 2`,
    [small],
  );
  expect(rows).toEqual([{ actor_name: 'Grace', role: 'support', rows: PAGE }]);
});

test('it stops also while its queue is paused, and nothing would be handed out', async () => {
  const ada = await operator('Ada', 'support');
  const id = await begun(ada.actor, SMALL);
  await database.pool.query(
    `insert into reconciler.pauses (workspace_id, why, by) values (null, 'maintenance', 'Grace')`,
  );
  await disableOperator(database.pool, SHELL, ada.id);
  await expectStopped(id, SMALL, 'Ada, who started it, was disabled');
});
