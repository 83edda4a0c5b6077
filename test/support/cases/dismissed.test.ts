import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fix } from '../../../src/drift/fix.ts';
import { vouchedFor } from '../../../src/inbox/vouched.ts';
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
import { ACTOR, DISMISSED, useCases, WHY } from '../../fixtures/cases.ts';
import { takeIn } from '../../fixtures/intake.ts';
import { SHELL } from '../../fixtures/shell.ts';

const site = useCases();
const { add, standingOf, auditOf } = site;

describe('what is dismissed stays so', () => {
  const dismissed = async (reason = 'user_not_found', state = 'retrying') => {
    const subject = await add({ reason, state });
    await dismiss(site.database, ACTOR, subject, WHY);
    return subject;
  };
  const stays = async (subject: Subject, reason = 'user_not_found') =>
    expect(await standingOf(subject)).toEqual({ ...DISMISSED, reason });

  test('the sweep and the queue have nothing to look at', async () => {
    const subject = await dismissed();
    const put: string[] = [];
    await sweepOnce(site.database.pool, {
      servedIds: null,
      open: async () => undefined,
      waiting: async () => 0,
      owed: async owing => void put.push(...owing.map(each => each.subject)),
    });
    expect(put).not.toContain(subject);
    expect(await beginRun(site.database.pool, subject, 'sweep')).toEqual({ kind: 'nothing_owed' });
    await stays(subject);
  });

  test('the user appears: healing leaves it', async () => {
    const subject = await dismissed();
    const users = createUserDirectory(site.database.pool, {
      schema: 'reconciler',
      table: 'users',
      idColumn: 'id',
    });
    await healAwaitedUsers({ pool: site.database.pool, users }, FROM_THE_START);
    await stays(subject);
  });

  test('Seam is back: neither healing nor the end of the hold brings it back', async () => {
    const subject = await dismissed('seam_unavailable');
    const seam = { probe: async () => undefined };
    await healAfterOutage(
      { pool: site.database.pool, seam, workspaceId: null },
      new AbortController().signal,
    );
    const hold = { workspaceId: null, reason: 'seam_unavailable', detail: '', seamRequestId: null };
    await putUpHold(site.database.db, { ...hold, reason: 'seam_unavailable', waitMs: 0 });
    await takeDownHold(site.database.db, {
      workspaceId: null,
      reason: 'seam_unavailable',
      probes: 5,
    });
    expect(await advanceRecovery(site.database.pool, null)).toMatchObject({ isOver: true });
    await stays(subject, 'seam_unavailable');
  });

  test('a replay of its reason passes it by', async () => {
    const subject = await dismissed();
    const filter = { since: null, until: null, type: null, reason: 'user_not_found' };
    await replay(site.database.pool, SHELL, filter, 1_000);
    await stays(subject);
  });
});

describe('it opens again', () => {
  test('when Seam tells something new of it', async () => {
    const subject = await add();
    await dismiss(site.database, ACTOR, subject, WHY);
    const body = Buffer.from(
      JSON.stringify({
        event_type: 'connected_account.disconnected',
        connected_account_id: subject.split(':')[1],
      }),
    );
    const reading = readEvent(body, randomUUID());
    if (reading.kind !== 'event') throw new Error(reading.kind);
    await takeIn(site.database.pool, [{ ...vouchedFor(reading.event, null), body, headers: null }]);
    expect(await standingOf(subject)).toEqual({
      state: 'pending',
      reason: null,
      dealt_with: false,
    });
    expect(await beginRun(site.database.pool, subject, 'delivery')).toMatchObject({
      kind: 'begun',
    });
  });

  test('when somebody asks for another look, or mends what an audit found', async () => {
    const [asked, audited] = [await add(), await add()];
    for (const subject of [asked, audited]) await dismiss(site.database, ACTOR, subject, WHY);
    const queues = { servedIds: null, request: async () => true };
    await retry({ ...site.database, queues }, ACTOR, asked);
    const { rows } = await site.database.pool.query<{ id: number }>(
      'insert into reconciler.audits default values returning id::int',
    );
    const auditId = rows[0]?.id ?? 0;
    await site.database.pool.query(
      `insert into reconciler.audit_findings (audit_id, connected_account_id, kind)
       values ($1, $2, 'not_linked')`,
      [auditId, audited.split(':')[1]],
    );
    await fix(site.database.pool, SHELL, auditId, () => undefined);
    for (const subject of [asked, audited]) {
      expect(await standingOf(subject)).toMatchObject({ state: 'pending', dealt_with: false });
    }
  });

  test('when somebody opens it: with its reason, and no look is owed', async () => {
    const subject = await add({ state: 'retrying' });
    await dismiss(site.database, ACTOR, subject, WHY);
    await reopen(site.database, ACTOR, subject);
    expect(await standingOf(subject)).toEqual({ ...DISMISSED, state: 'failed' });
    expect((await auditOf(subject)).map(row => row.action)).toEqual(['dismiss', 'reopen']);
    await expect(reopen(site.database, ACTOR, subject)).rejects.toMatchObject({ fault: 'refused' });
  });
});
