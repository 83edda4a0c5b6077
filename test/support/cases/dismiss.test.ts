import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import { fix } from '../../../src/drift/fix.ts';
import { vouchedFor } from '../../../src/inbox/vouched.ts';
import { RECONCILIATION_STATES } from '../../../src/model/outcome.ts';
import type { Subject } from '../../../src/model/subject.ts';
import { sweepOnce } from '../../../src/queue/sweep.ts';
import { beginRun } from '../../../src/reconcile/begin.ts';
import {
  FROM_THE_START,
  healAfterOutage,
  healAwaitedUsers,
} from '../../../src/reconcile/healing.ts';
import { putUpHold, takeDownHold } from '../../../src/reconcile/holds.ts';
import { advanceRecovery } from '../../../src/reconcile/recovery.ts';
import { readEvent } from '../../../src/seam/events.ts';
import { dismiss, reopen } from '../../../src/support/cases/dismiss.ts';
import { retry } from '../../../src/support/cases/retry.ts';
import { replay } from '../../../src/support/queue/replay.ts';
import { createUserDirectory } from '../../../src/users/directory.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/database.ts';
import { takeIn } from '../../fixtures/intake.ts';
import { SHELL } from '../../fixtures/shell.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`insert into reconciler.users (id) values ('ada')`);
});
afterAll(() => database[Symbol.asyncDispose]());

const ACTOR: Actor = {
  key: 'operator:7',
  name: 'Grace',
  role: 'support',
  face: 'console',
  idempotencyKey: null,
};
const WHY = { why: 'The user gave up.' };

const add = async (of: { state?: string; reason?: string; owed?: boolean } = {}) => {
  const subject: Subject = `connected_account:${randomUUID()}`;
  const {
    state = 'failed',
    reason = 'user_not_found',
    owed = state === 'retrying' || state === 'pending',
  } = of;
  await database.pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, attempts, claimed_user_id,
             connected_account_id, unavailable_since, dismissed_by, dismissed_why)
     values ($1, 3, $2, $3, $4, 2, 'ada', $5, now(),
             case when $3 = 'dismissed' then 'Alan' end, case when $3 = 'dismissed' then 'done with' end)`,
    [subject, owed ? 2 : 3, state, reason, subject.split(':')[1]],
  );
  return subject;
};
const standingOf = async (subject: Subject) => {
  const { rows } = await database.pool.query(
    `select state, reason, generation = observed_generation as dealt_with
       from reconciler.reconciliations where subject = $1`,
    [subject],
  );
  return rows[0];
};
const auditOf = async (subject: Subject) =>
  (
    await database.pool.query(
      `select action, actor_name, before, after, why from reconciler.audit_log
        where target = $1 order by id`,
      [subject],
    )
  ).rows;
const notesOf = async (subject: Subject) =>
  (await database.pool.query('select text, by from reconciler.notes where subject = $1', [subject]))
    .rows;
const DISMISSED = { state: 'dismissed', reason: 'user_not_found', dealt_with: true };

describe('dismissing', () => {
  test.each(['failed', 'retrying'])(
    'what stands %s is set aside, with who, why and a note, and is owed no more',
    async state => {
      const subject = await add({ state });
      await dismiss(database, ACTOR, subject, WHY);
      expect(await standingOf(subject)).toEqual(DISMISSED);
      expect(await notesOf(subject)).toEqual([{ text: WHY.why, by: 'Grace' }]);
      expect(await auditOf(subject)).toEqual([
        {
          action: 'dismiss',
          actor_name: 'Grace',
          before: { state, reason: 'user_not_found' },
          after: { state: 'dismissed', reason: 'user_not_found' },
          why: WHY.why,
        },
      ]);
    },
  );

  test.each(RECONCILIATION_STATES.filter(state => state !== 'failed' && state !== 'retrying'))(
    'what stands %s is left alone, and nothing is written of it',
    async state => {
      const subject = await add({ state });
      await expect(dismiss(database, ACTOR, subject, WHY)).rejects.toMatchObject({
        fault: 'refused',
      });
      expect(await standingOf(subject)).toMatchObject({ state });
      expect([...(await auditOf(subject)), ...(await notesOf(subject))]).toEqual([]);
    },
  );

  test('without a reason, by somebody who may not, or of nothing: refused', async () => {
    const subject = await add();
    const by = (actor: Actor, why: string) => dismiss(database, actor, subject, { why });
    await expect(by(ACTOR, ' \r\n ')).rejects.toMatchObject({ fault: 'invalid' });
    const viewer: Actor = { ...ACTOR, role: 'viewer' };
    await expect(by(viewer, 'so')).rejects.toMatchObject({ fault: 'not_allowed' });
    for (const nothing of ['connect_webview:nobody', 'no subject', 'nul\0']) {
      await expect(dismiss(database, ACTOR, nothing, WHY)).rejects.toMatchObject({
        fault: 'not_found',
      });
    }
    expect(await standingOf(subject)).toMatchObject({ state: 'failed' });
  });

  test('a double click sets it aside once, and is told so', async () => {
    const subject = await add();
    const twice = { ...ACTOR, idempotencyKey: randomUUID() };
    const both = await Promise.allSettled([
      dismiss(database, twice, subject, WHY),
      dismiss(database, twice, subject, WHY),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'SupportError', message: expect.stringContaining('already done') },
    });
    expect(await notesOf(subject)).toHaveLength(1);
    expect(await auditOf(subject)).toHaveLength(1);
  });

  test('what has had news since it was read is not dismissed over it', async () => {
    const subject = await add();
    const stale = dismiss(database, ACTOR, subject, { ...WHY, generation: 2 });
    await expect(stale).rejects.toMatchObject({ fault: 'conflict' });
    expect(await standingOf(subject)).toMatchObject({ state: 'failed' });
    await dismiss(database, ACTOR, subject, { ...WHY, generation: 3 });
    expect(await standingOf(subject)).toEqual(DISMISSED);
  });
});

describe('what is dismissed stays so', () => {
  const dismissed = async (reason = 'user_not_found', state = 'retrying') => {
    const subject = await add({ reason, state });
    await dismiss(database, ACTOR, subject, WHY);
    return subject;
  };
  const stays = async (subject: Subject, reason = 'user_not_found') =>
    expect(await standingOf(subject)).toEqual({ ...DISMISSED, reason });

  test('the sweep and the queue have nothing to look at', async () => {
    const subject = await dismissed();
    const put: string[] = [];
    await sweepOnce(database.pool, {
      servedIds: null,
      open: async () => undefined,
      waiting: async () => 0,
      owed: async owing => void put.push(...owing.map(each => each.subject)),
    });
    expect(put).not.toContain(subject);
    expect(await beginRun(database.pool, subject, 'sweep')).toEqual({ kind: 'nothing_owed' });
    await stays(subject);
  });

  test('the user appears: healing leaves it', async () => {
    const subject = await dismissed();
    const users = createUserDirectory(database.pool, {
      schema: 'reconciler',
      table: 'users',
      idColumn: 'id',
    });
    await healAwaitedUsers({ pool: database.pool, users }, FROM_THE_START);
    await stays(subject);
  });

  test('Seam is back: neither healing nor the end of the hold brings it back', async () => {
    const subject = await dismissed('seam_unavailable');
    const seam = { probe: async () => undefined };
    await healAfterOutage(
      { pool: database.pool, seam, workspaceId: null },
      new AbortController().signal,
    );
    const hold = { workspaceId: null, reason: 'seam_unavailable', detail: '', seamRequestId: null };
    await putUpHold(database.db, { ...hold, reason: 'seam_unavailable', waitMs: 0 });
    await takeDownHold(database.db, { workspaceId: null, reason: 'seam_unavailable', probes: 5 });
    expect(await advanceRecovery(database.pool, null)).toMatchObject({ isOver: true });
    await stays(subject, 'seam_unavailable');
  });

  test('a replay of its reason passes it by', async () => {
    const subject = await dismissed();
    const filter = { since: null, until: null, type: null, reason: 'user_not_found' };
    await replay(database.pool, SHELL, filter, 1_000);
    await stays(subject);
  });
});

describe('it opens again', () => {
  test('when Seam tells something new of it', async () => {
    const subject = await add();
    await dismiss(database, ACTOR, subject, WHY);
    const body = Buffer.from(
      JSON.stringify({
        event_type: 'connected_account.disconnected',
        connected_account_id: subject.split(':')[1],
      }),
    );
    const reading = readEvent(body, randomUUID());
    if (reading.kind !== 'event') throw new Error(reading.kind);
    await takeIn(database.pool, [{ ...vouchedFor(reading.event, null), body, headers: null }]);
    expect(await standingOf(subject)).toEqual({
      state: 'pending',
      reason: null,
      dealt_with: false,
    });
    expect(await beginRun(database.pool, subject, 'delivery')).toMatchObject({ kind: 'begun' });
  });

  test('when somebody asks for another look, or mends what an audit found', async () => {
    const [asked, audited] = [await add(), await add()];
    for (const subject of [asked, audited]) await dismiss(database, ACTOR, subject, WHY);
    const queues = { servedIds: null, request: async () => true };
    await retry({ ...database, queues }, ACTOR, asked);
    const { rows } = await database.pool.query<{ id: number }>(
      'insert into reconciler.audits default values returning id::int',
    );
    const auditId = rows[0]?.id ?? 0;
    await database.pool.query(
      `insert into reconciler.audit_findings (audit_id, connected_account_id, kind)
       values ($1, $2, 'not_linked')`,
      [auditId, audited.split(':')[1]],
    );
    await fix(database.pool, SHELL, auditId, () => undefined);
    for (const subject of [asked, audited]) {
      expect(await standingOf(subject)).toMatchObject({ state: 'pending', dealt_with: false });
    }
  });

  test('when somebody opens it: with its reason, and no look is owed', async () => {
    const subject = await add({ state: 'retrying' });
    await dismiss(database, ACTOR, subject, WHY);
    await reopen(database, ACTOR, subject);
    expect(await standingOf(subject)).toEqual({ ...DISMISSED, state: 'failed' });
    expect((await auditOf(subject)).map(row => row.action)).toEqual(['dismiss', 'reopen']);
    await expect(reopen(database, ACTOR, subject)).rejects.toMatchObject({ fault: 'refused' });
  });
});
