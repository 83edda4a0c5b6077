import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/access/actor.ts';
import { reopen } from '../../../src/support/cases/dismiss.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { unlinkByHand } from '../../../src/support/links/unlink.ts';
import { assign } from '../../../src/support/shifts/assign.ts';
import { undosOf, undosOfCase } from '../../../src/support/undo/undo.ts';
import { clerk } from '../../fixtures/by-hand.ts';
import { addConnection } from '../../fixtures/desk.ts';
import { useUndo } from '../../fixtures/undo.ts';

const desk = useUndo();
const { people, carol, dave, lastId, rowOf, dismissed, undo, look, expectTooLate } = desk;

describe('a dismissal', () => {
  test('is undone with what it does told before, and a row of the log that says what it undoes', async () => {
    const { webview } = await desk.hand.connect({});
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
    expect(await desk.hand.shown(webview)).toMatchObject({ state: 'failed' });
    expect(await rowOf(done.audit_id)).toMatchObject({
      action: 'reopen',
      actor_name: 'dave',
      before: { state: 'dismissed' },
      after: { state: 'failed', reason: 'metadata_id_missing', undone: id },
    });
    await expectTooLate(id, 'already undone, by dave');
  });

  test('is not once somebody has reopened it, or something new has happened', async () => {
    const { webview } = await desk.hand.connect({});
    const first = await dismissed(webview);
    await reopen(desk.hand.desk, carol, webview);
    await expectTooLate(first, 'carol reopened it');
    const second = await dismissed(webview);
    await expectTooLate(first, 'carol reopened it');
    await desk.hand.news(webview);
    await expectTooLate(second, 'By now its state is "Needs attention"');
  });

  test('the same form sent twice is done once, and told so', async () => {
    const { webview } = await desk.hand.connect({});
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
    const { webview } = await desk.hand.connect({});
    const id = await dismissed(webview);
    const done = await Promise.allSettled([undo(id, carol), undo(id, dave)]);
    expect(done.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a reopening', () => {
  test('is undone: it is dismissed again, as whoever dismissed it had it', async () => {
    const { webview } = await desk.hand.connect({});
    await dismissed(webview, 'their test lock');
    await reopen(desk.hand.desk, dave, webview);
    const id = await lastId();
    expect((await look(id)).does).toBe('It is dismissed again, as carol had it: “their test lock”');
    const { audit_id } = await undo(id);
    const { rows } = await desk.hand.database.pool.query(
      `select state, dismissed_by as by, dismissed_why as why from reconciler.reconciliations
        where subject = $1`,
      [webview],
    );
    expect(rows).toEqual([{ state: 'dismissed', by: 'carol', why: 'their test lock' }]);
    // Which is a dismissal like any other.
    await undo(audit_id);
    expect(await desk.hand.shown(webview)).toMatchObject({ state: 'failed' });
  });

  test('and a token without see_emails is told no e-mail that the note has', async () => {
    const webview = 'connect_webview:masked';
    await addConnection(desk.hand.database, { subject: webview, reason: 'user_not_found' });
    await dismissed(webview, 'Ask alan@example.com.');
    await reopen(desk.hand.desk, dave, webview);
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
    const { webview } = await desk.hand.connect({});
    await dismissed(webview);
    await reopen(desk.hand.desk, carol, webview);
    const id = await lastId();
    await linkByHand(desk.hand.desk, carol, webview, { userId: 'ada', why: 'ticket 1' });
    await expectTooLate(id, 'carol linked it to a user');
  });
});

describe('a link and an unlinking', () => {
  test('are undone as by their own command, as long as they stand', async () => {
    const { webview, account } = await desk.hand.connect({});
    await desk.hand.news(account);
    await linkByHand(desk.hand.desk, carol, webview, { userId: 'ada', why: 'ticket 1' });
    const linked = await lastId();
    expect((await look(linked)).does).toContain('linked to no one again');
    await unlinkByHand(desk.hand.desk, carol, webview, { why: 'ticket 2' });
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

test('of a case, what can be undone is listed, the newest first, by whatever name it is called', async () => {
  const { webview, account } = await desk.hand.connect({});
  const gone = await dismissed(webview);
  await undo(gone);
  await assign(desk.hand.desk, carol, webview, { to: people.bert ?? 0 });
  const assigned = await lastId();
  await linkByHand(desk.hand.desk, carol, webview, { userId: 'ada', why: 'ticket 1' });
  const linked = await lastId();
  for (const name of [webview, account]) {
    const undos = await undosOfCase(desk.hand.desk, dave, name);
    expect(undos.map(({ audit_id }) => audit_id)).toEqual([linked, assigned]);
  }
  const found = await undosOf(desk.hand.desk, dave, [gone, assigned, linked, 999_999]);
  expect([...found].map(([id, { does }]) => [id, does !== null])).toEqual(
    expect.arrayContaining([
      [gone, false],
      [assigned, true],
      [linked, true],
    ]),
  );
  const viewer: Actor = { ...dave, role: 'viewer' };
  expect((await undosOf(desk.hand.desk, viewer, [assigned, linked])).size).toBe(0);
  await expect(undo(linked, viewer)).rejects.toMatchObject({ fault: 'not_allowed' });
});

test('what is of another kind, or isn’t there, can’t be undone', async () => {
  const { webview } = await desk.hand.connect({});
  await desk.hand.database.pool.query(
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
  await desk.hand.database.pool.query(
    `insert into reconciler.audit_log (actor, actor_name, role, face, action, target, why)
     values ('shell:x', 'x', 'admin', 'cli', 'dismiss', 'connect_webview:pruned', 'because')`,
  );
  await expectTooLate(await lastId(), 'no longer kept here');
});
