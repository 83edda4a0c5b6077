import { afterAll, beforeAll, expect, test } from 'vitest';
import { dismiss, reopen } from '../../../src/support/cases/dismiss.ts';
import { undoChange, undoOf } from '../../../src/support/undo/undo.ts';
import { clerk, type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { addConnection } from '../../fixtures/desk.ts';

/* What was dismissed stands again as it did before: that, and no more. */

let hand: HandDesk;
beforeAll(async () => {
  hand = await openHandDesk();
});
afterAll(() => hand[Symbol.asyncDispose]());

const carol = clerk('carol');
const dave = clerk('dave');
const rows = async (text: string, values: unknown[] = []) =>
  (await hand.database.pool.query(text, values)).rows;
const lastId = async (): Promise<number> =>
  (await rows('select max(id)::int as id from reconciler.audit_log'))[0].id;
const states = (subjects: readonly string[]) =>
  rows(
    `select subject, state, dismissed_by as by from reconciler.reconciliations
      where subject = any($1) order by subject`,
    [subjects],
  );

test('of webviews that became one case since, only what that dismissal dismissed', async () => {
  await addConnection(hand.database, { subject: 'connect_webview:one' });
  await addConnection(hand.database, { subject: 'connect_webview:two' });
  await dismiss(hand.desk, carol, 'connect_webview:one', { why: 'a test of ours' });
  await dismiss(hand.desk, dave, 'connect_webview:two', { why: 'done twice' });
  const id = await lastId();
  await rows(
    `update reconciler.reconciliations set connected_account_id = 'met'
      where subject in ('connect_webview:one', 'connect_webview:two')`,
  );
  await undoChange(hand.desk, dave, id);
  expect(await states(['connect_webview:one', 'connect_webview:two'])).toEqual([
    { subject: 'connect_webview:one', state: 'dismissed', by: 'carol' },
    { subject: 'connect_webview:two', state: 'failed', by: null },
  ]);
});

test('what was still tried by itself is looked at again, and not left as failed', async () => {
  const { webview } = await hand.connect({});
  await rows(
    `update reconciler.reconciliations set generation = generation + 1, state = 'retrying', reason = 'user_not_found'
      where subject = $1`,
    [webview],
  );
  await dismiss(hand.desk, carol, webview, { why: 'a test of ours' });
  const id = await lastId();
  expect((await undoOf(hand.desk, dave, id)).does).toContain('It is checked again');
  expect((await undoChange(hand.desk, dave, id)).told).toContain('It is checked again');
  expect(await states([webview])).toEqual([{ subject: webview, state: 'pending', by: null }]);
  expect(await hand.news(webview)).toBeDefined();
});

test('a reopening is undone as often as it is made, with who had dismissed it, and why', async () => {
  const { webview } = await hand.connect({});
  await dismiss(hand.desk, carol, webview, { why: 'their test lock' });
  for (let times = 0; times < 2; times++) {
    await reopen(hand.desk, dave, webview);
    const id = await lastId();
    expect((await undoOf(hand.desk, dave, id)).does).toBe(
      'It is dismissed again, as carol had it: “their test lock”',
    );
    await undoChange(hand.desk, dave, id);
    expect(await states([webview])).toEqual([
      { subject: webview, state: 'dismissed', by: 'carol' },
    ]);
  }
});
