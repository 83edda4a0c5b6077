import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import { addOperator } from '../../../src/operators/operators.ts';
import { dismiss, reopen } from '../../../src/support/cases/dismiss.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { unlinkByHand } from '../../../src/support/links/unlink.ts';
import { assign } from '../../../src/support/shifts/assign.ts';
import { snooze, wake } from '../../../src/support/shifts/snooze.ts';
import { undoChange, undoOf, undosOf, undosOfCase } from '../../../src/support/undo/undo.ts';
import { clerk, type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { addConnection } from '../../fixtures/desk.ts';
import { SHELL } from '../../fixtures/shell.ts';

let hand: HandDesk;
const people: Record<string, number> = {};
beforeAll(async () => {
  hand = await openHandDesk();
  for (const name of ['tess', 'bert']) {
    const made = await addOperator(hand.database.pool, SHELL, {
      name,
      role: 'support',
      password: null,
    });
    people[name] = made.id;
  }
});
afterAll(() => hand[Symbol.asyncDispose]());

const carol = clerk('carol');
const dave = clerk('dave');
const lastId = async (): Promise<number> => {
  const { rows } = await hand.database.pool.query(
    'select max(id)::int as id from reconciler.audit_log',
  );
  return rows[0].id;
};
const rowOf = async (id: number) => {
  const { rows } = await hand.database.pool.query(
    'select action, actor_name, target, before, after from reconciler.audit_log where id = $1',
    [id],
  );
  return rows[0];
};
const dismissed = async (webview: string, why = 'a test of ours'): Promise<number> => {
  await dismiss(hand.desk, carol, webview, { why });
  return lastId();
};
const undo = (id: number, actor: Actor = dave) => undoChange(hand.desk, actor, id);
const look = (id: number) => undoOf(hand.desk, dave, id);
const conflict = (message: string) => ({
  fault: 'conflict',
  message: expect.stringContaining(message),
});
/** Told beforehand that it can't be, and why; and refused for that. */
const expectTooLate = async (id: number, why: string): Promise<void> => {
  expect(await look(id)).toMatchObject({ does: null, why_not: expect.stringContaining(why) });
  await expect(undo(id)).rejects.toMatchObject(conflict(why));
};

describe('a dismissal', () => {
  test('is undone with what it does told before, and a row of the log that says what it undoes', async () => {
    const { webview } = await hand.connect({});
    const id = await dismissed(webview);
    expect(await look(id)).toMatchObject({
      action: 'dismiss',
      by: 'carol',
      needs: 'dismiss',
      does: 'It needs attention again: No user id in the webview.',
      why_not: null,
    });
    const done = await undo(id);
    expect(done).toMatchObject({ undone: id, told: expect.stringContaining('needs attention') });
    expect(await hand.shown(webview)).toMatchObject({ state: 'failed' });
    expect(await rowOf(done.audit_id)).toMatchObject({
      action: 'reopen',
      actor_name: 'dave',
      before: { state: 'dismissed' },
      after: { state: 'failed', reason: 'metadata_id_missing', undone: id },
    });
    await expectTooLate(id, 'already undone, by dave');
  });

  test('is not once somebody has reopened it, or something new has happened', async () => {
    const { webview } = await hand.connect({});
    const first = await dismissed(webview);
    await reopen(hand.desk, carol, webview);
    await expectTooLate(first, 'carol reopened it');
    const second = await dismissed(webview);
    await expectTooLate(first, 'carol reopened it');
    await hand.news(webview);
    await expectTooLate(second, 'By now its state is "Needs attention"');
  });

  test('the same form sent twice is done once, and told so', async () => {
    const { webview } = await hand.connect({});
    const id = await dismissed(webview);
    const twice = clerk('dave', 'the very form');
    await undo(id, twice);
    await expect(undo(id, twice)).rejects.toMatchObject({
      name: 'SupportError',
      fault: 'conflict',
    });
    await expect(undo(id, twice)).rejects.toThrow('already done');
  });

  test('of two at once one undoes it', async () => {
    const { webview } = await hand.connect({});
    const id = await dismissed(webview);
    const done = await Promise.allSettled([undo(id, carol), undo(id, dave)]);
    expect(done.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a reopening', () => {
  test('is undone: it is dismissed again, as whoever dismissed it had it', async () => {
    const { webview } = await hand.connect({});
    await dismissed(webview, 'their test lock');
    await reopen(hand.desk, dave, webview);
    const id = await lastId();
    expect((await look(id)).does).toBe('It is dismissed again, as carol had it: “their test lock”');
    const { audit_id } = await undo(id);
    const { rows } = await hand.database.pool.query(
      `select state, dismissed_by as by, dismissed_why as why from reconciler.reconciliations
        where subject = $1`,
      [webview],
    );
    expect(rows).toEqual([{ state: 'dismissed', by: 'carol', why: 'their test lock' }]);
    // Which is a dismissal like any other.
    await undo(audit_id);
    expect(await hand.shown(webview)).toMatchObject({ state: 'failed' });
  });

  test('and a token without see_emails is told no e-mail that the note has', async () => {
    const webview = 'connect_webview:masked';
    await addConnection(hand.database, { subject: webview, reason: 'user_not_found' });
    await dismissed(webview, 'Ask alan@example.com.');
    await reopen(hand.desk, dave, webview);
    const token = {
      ...dave,
      face: 'api',
      grant: { permissions: ['view', 'dismiss'], workspaces: null },
    } as const;
    const { told } = await undo(await lastId(), token);
    expect(told).toContain('Ask •••@•••');
    expect(told).not.toContain('alan');
  });

  test('is not once somebody has done something about it', async () => {
    const { webview } = await hand.connect({});
    await dismissed(webview);
    await reopen(hand.desk, carol, webview);
    const id = await lastId();
    await linkByHand(hand.desk, carol, webview, { userId: 'ada', why: 'ticket 1' });
    await expectTooLate(id, 'carol linked it to a user');
  });
});

describe('a link and an unlinking', () => {
  test('are undone as by their own command, as long as they stand', async () => {
    const { webview, account } = await hand.connect({});
    await hand.news(account);
    await linkByHand(hand.desk, carol, webview, { userId: 'ada', why: 'ticket 1' });
    const linked = await lastId();
    expect((await look(linked)).does).toContain('linked to no one again');
    await unlinkByHand(hand.desk, carol, webview, { why: 'ticket 2' });
    const unlinked = await lastId();
    await expectTooLate(linked, 'unlinked by hand since');
    expect((await look(unlinked)).does).toContain('linked to ada again');
    expect(await undo(unlinked)).toMatchObject({ told: 'The account is linked to ada again.' });
    await expectTooLate(unlinked, 'already undone');
    expect((await look(linked)).why_not).toBe(null);
    await undo(linked);
    await expectTooLate(linked, 'already undone');
  });
});

describe('an assignment', () => {
  test('is undone: whoever had it before has it again', async () => {
    const { webview, account } = await hand.connect({});
    await assign(hand.desk, carol, webview, { to: people.tess ?? 0 });
    const first = await lastId();
    await assign(hand.desk, carol, account, { to: people.bert ?? 0 });
    const second = await lastId();
    await expectTooLate(first, 'carol assigned it');
    expect((await look(second)).does).toBe('It is tess’s again.');
    const { audit_id } = await undo(second);
    expect(await rowOf(audit_id)).toMatchObject({
      action: 'assign',
      after: { assignee: 'tess', undone: second },
    });
    await expectTooLate(second, 'already undone, by dave');
    await undo(audit_id);
    await hand.database.pool.query(
      `update reconciler.operators set disabled_at = now() where name = 'tess'`,
    );
    await assign(hand.desk, carol, webview, { to: 'nobody' });
  });

  test('is not where whoever had it is disabled', async () => {
    const { webview } = await hand.connect({});
    await assign(hand.desk, carol, webview, { to: people.bert ?? 0 });
    await assign(hand.desk, carol, webview, { to: 'nobody' });
    const id = await lastId();
    await hand.database.pool.query(
      `update reconciler.operators set disabled_at = now() where name = 'bert'`,
    );
    await expectTooLate(id, 'bert is disabled');
    await hand.database.pool.query('update reconciler.operators set disabled_at = null');
  });
});

describe('a snooze', () => {
  const inAnHour = () => new Date(Date.now() + 3_600_000);

  test('is undone: it is in sight again, or sleeps as it did before', async () => {
    const { webview } = await hand.connect({});
    await snooze(hand.desk, carol, webview, { until: null, untilNews: true });
    const first = await lastId();
    await snooze(hand.desk, carol, webview, { until: inAnHour(), untilNews: false });
    const second = await lastId();
    await expectTooLate(first, 'carol snoozed it');
    expect((await look(second)).does).toBe('It is snoozed until there is news again.');
    const { audit_id } = await undo(second);
    await expectTooLate(second, 'already undone, by dave');
    expect(await rowOf(audit_id)).toMatchObject({ action: 'snooze', after: { undone: second } });
  });

  test('of what was in sight wakes it; one that is over has nothing to undo', async () => {
    const { webview } = await hand.connect({});
    await snooze(hand.desk, carol, webview, { until: inAnHour(), untilNews: false });
    const first = await lastId();
    const { audit_id } = await undo(first);
    expect(await rowOf(audit_id)).toMatchObject({ action: 'end_snooze', after: { undone: first } });
    await snooze(hand.desk, carol, webview, { until: inAnHour(), untilNews: false });
    const second = await lastId();
    await wake(hand.desk, carol, webview);
    await expectTooLate(second, 'carol ended its snooze');
    await snooze(hand.desk, carol, webview, { until: null, untilNews: true });
    const third = await lastId();
    await hand.news(webview);
    await expectTooLate(third, 'The snooze is over.');
  });
});

test('of a case, what can be undone is listed, the newest first, by whatever name it is called', async () => {
  const { webview, account } = await hand.connect({});
  const gone = await dismissed(webview);
  await undo(gone);
  await assign(hand.desk, carol, webview, { to: people.bert ?? 0 });
  const assigned = await lastId();
  await linkByHand(hand.desk, carol, webview, { userId: 'ada', why: 'ticket 1' });
  const linked = await lastId();
  for (const name of [webview, account]) {
    const undos = await undosOfCase(hand.desk, dave, name);
    expect(undos.map(({ audit_id }) => audit_id)).toEqual([linked, assigned]);
  }
  const found = await undosOf(hand.desk, dave, [gone, assigned, linked, 999_999]);
  expect([...found].map(([id, { does }]) => [id, does !== null])).toEqual(
    expect.arrayContaining([
      [gone, false],
      [assigned, true],
      [linked, true],
    ]),
  );
  const viewer: Actor = { ...dave, role: 'viewer' };
  expect((await undosOf(hand.desk, viewer, [assigned, linked])).size).toBe(0);
  await expect(undo(linked, viewer)).rejects.toMatchObject({ fault: 'not_allowed' });
});

test('what is of another kind, or isn’t there, can’t be undone', async () => {
  const { webview } = await hand.connect({});
  await hand.database.pool.query(
    `insert into reconciler.audit_log (actor, actor_name, role, face, action, target)
     values ('shell:x', 'x', 'admin', 'cli', 'retry', $1)`,
    [webview],
  );
  for (const id of [await lastId(), 999_999]) {
    await expect(look(id)).rejects.toMatchObject({ fault: 'not_found' });
    await expect(undo(id)).rejects.toMatchObject({ fault: 'not_found' });
  }
});

test('a case that is no longer kept has nothing to undo', async () => {
  await hand.database.pool.query(
    `insert into reconciler.audit_log (actor, actor_name, role, face, action, target, why)
     values ('shell:x', 'x', 'admin', 'cli', 'dismiss', 'connect_webview:pruned', 'because')`,
  );
  await expectTooLate(await lastId(), 'no longer kept here');
});
