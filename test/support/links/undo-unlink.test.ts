import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkByHand } from '../../../src/support/links/link.ts';
import { undoLink } from '../../../src/support/links/undo.ts';
import { unlinkByHand } from '../../../src/support/links/unlink.ts';
import { clerk, type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';

let hand: HandDesk;
beforeAll(async () => {
  hand = await openHandDesk();
});
afterAll(() => hand[Symbol.asyncDispose]());

const WHY = 'ticket 4711';
const unlink = async (subject: string): Promise<number> =>
  (await unlinkByHand(hand.desk, clerk('carol'), subject, { why: WHY })).audit_id ?? 0;
const link = async (subject: string, userId: string): Promise<number> =>
  (await linkByHand(hand.desk, clerk('carol'), subject, { userId, why: WHY })).audit_id ?? 0;
const undo = (subject: string, auditId: number) =>
  undoLink(hand.desk, clerk('dave'), subject, auditId);
const conflict = (message: string) => ({
  fault: 'conflict',
  message: expect.stringContaining(message),
});
const query = async (sql: string, values: unknown[]) =>
  (await hand.database.pool.query(sql, values)).rows;

describe('undoing an unlinking', () => {
  test('puts the link back, and all cases as they were, with history and an audit row', async () => {
    const { webview, account, accountId } = await hand.connect({ id: 'ada' });
    await hand.news(account);
    const number = await unlink(webview);
    await hand.news(webview);
    expect(await undo(webview, number)).toMatchObject({
      user_id: 'ada',
      former_user_id: null,
      connected_account_id: accountId,
      look_asked: false,
    });
    for (const subject of [webview, account]) {
      expect(await hand.shown(subject)).toEqual({
        state: 'linked',
        reason: null,
        user: 'ada',
        by: 'run',
      });
    }
    expect(await hand.history(accountId)).toEqual([
      { user: 'ada', because: 'unlinked_by_hand' },
      { user: 'ada', because: null },
    ]);
    expect(
      await query(
        'select action, actor_name, before, after from reconciler.audit_log where target = $1 order by id',
        [webview],
      ),
    ).toMatchObject([
      { action: 'unlink', actor_name: 'carol' },
      {
        action: 'undo_unlink',
        actor_name: 'dave',
        before: { user_id: null, linked_by: null },
        after: { user_id: 'ada', linked_by: 'run', state: 'linked', undone: number },
      },
    ]);
    expect(await hand.news(account)).toMatchObject({ outcome: 'already_linked' });
  });

  test.each(['account_not_found', 'deletion_pending', 'user_not_found'])(
    'also what had failed as %s, and was settled with it',
    async reason => {
      const { webview, account } = await hand.connect({ id: 'ada' });
      await hand.news(account);
      await query(
        `update reconciler.reconciliations set state = 'failed', reason = $2 where subject = $1`,
        [account, reason],
      );
      const number = await unlink(webview);
      expect(await hand.news(webview)).toMatchObject({ outcome: 'left_unlinked' });
      expect(await hand.shown(account)).toMatchObject({ state: 'no_action', reason: null });
      await undo(webview, number);
      expect(await hand.shown(account)).toMatchObject({ state: 'failed', reason });
    },
  );

  test('also before the look that it asked for', async () => {
    const { webview } = await hand.connect({ id: 'ada' });
    await undo(webview, await unlink(webview));
    expect(await hand.shown(webview)).toMatchObject({ state: 'linked', user: 'ada' });
  });

  test('puts a link by hand back as one by hand, which can be undone in its turn', async () => {
    const { webview } = await hand.connect({ id: 'bob' });
    const linked = await link(webview, 'ada');
    const unlinked = await unlink(webview);
    await expect(undo(webview, linked)).rejects.toMatchObject(conflict('unlinked by hand since'));
    await undo(webview, unlinked);
    expect(await hand.shown(webview)).toMatchObject({ user: 'ada', by: 'person' });
    expect(await hand.news(webview)).toMatchObject({ outcome: 'kept' });
    await undo(webview, linked);
    expect(await hand.shown(webview)).toMatchObject({ user: 'bob', by: 'run' });
    expect(await hand.news(webview)).toMatchObject({ outcome: 'already_linked' });
  });

  test('puts a provisional link back as provisional', async () => {
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    await query(
      `update reconciler.links set linked_by_run = 0, provisional_event_id = 'event 1', provisional_subject = $2
        where connected_account_id = $1`,
      [accountId, webview],
    );
    await undo(webview, await unlink(webview));
    expect(
      await query(
        `select provisional_event_id as event, confirmed_at as confirmed, unlinked_by_audit as ended, unlinked_claim as claim
           from reconciler.links where connected_account_id = $1 and unlinked_at is null`,
        [accountId],
      ),
    ).toEqual([{ event: 'event 1', confirmed: null, ended: null, claim: null }]);
    expect(await hand.news(webview)).toMatchObject({ outcome: 'linked' });
  });

  test('of a link that was made since and undone, leaves it unlinked', async () => {
    const { webview } = await hand.connect({ id: 'ada' });
    await unlink(webview);
    await undo(webview, await link(webview, 'bob'));
    expect(await hand.news(webview)).toMatchObject({ outcome: 'left_unlinked' });
    expect(await hand.shown(webview)).toMatchObject({ state: 'no_action', user: null });
  });

  test('of the former of two, once the later one is undone with the link between them', async () => {
    const { webview } = await hand.connect({ id: 'ada' });
    const first = await unlink(webview);
    const linked = await link(webview, 'bob');
    const second = await unlink(webview);
    await expect(undo(webview, first)).rejects.toMatchObject({ fault: 'conflict' });
    await undo(webview, second);
    await undo(webview, linked);
    expect(await hand.news(webview)).toMatchObject({ outcome: 'left_unlinked' });
    await undo(webview, first);
    expect(await hand.shown(webview)).toMatchObject({ state: 'linked', user: 'ada' });
  });
});

describe('it is refused where something has happened since, and says what', () => {
  test('undone already', async () => {
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    const number = await unlink(webview);
    await undo(webview, number);
    await expect(undo(webview, number)).rejects.toMatchObject(
      conflict('already undone: it is now linked to ada'),
    );
    expect(await hand.history(accountId)).toHaveLength(2);
  });

  test('linked by hand', async () => {
    const { webview } = await hand.connect({ id: 'ada' });
    const number = await unlink(webview);
    await link(webview, 'bob');
    await expect(undo(webview, number)).rejects.toMatchObject(conflict('now linked to bob'));
  });

  test('the metadata name another user', async () => {
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    const number = await unlink(webview);
    hand.rename(accountId, { id: 'who' });
    expect(await hand.news(webview)).toMatchObject({ reason: 'user_not_found' });
    await expect(undo(webview, number)).rejects.toMatchObject(conflict('has changed since'));
    expect(await hand.shown(webview)).toMatchObject({ user: null, reason: 'user_not_found' });
  });

  test('connected again, by nobody whom we know', async () => {
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    const number = await unlink(webview);
    await hand.connect({ id: 'who' }, accountId);
    await expect(undo(webview, number)).rejects.toMatchObject(conflict('connected it again'));
  });

  test('the account is deleted', async () => {
    const { webview, account, accountId } = await hand.connect({ id: 'ada' });
    const number = await unlink(webview);
    hand.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    await query(
      `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
       values ($1, 'connected_account.deleted', $2, '', '{}')`,
      [`deletion of ${accountId}`, account],
    );
    expect(await hand.news(account)).toMatchObject({ outcome: 'account_deleted' });
    await expect(undo(webview, number)).rejects.toMatchObject({
      fault: 'refused',
      message: expect.stringContaining('deleted in Seam'),
    });
    expect(await hand.shown(account)).toMatchObject({ user: null });
  });

  test('it is another case’s', async () => {
    const { webview } = await hand.connect({ id: 'ada' });
    const other = await hand.connect({ id: 'ada' });
    const number = await unlink(webview);
    await expect(undo(other.webview, number)).rejects.toMatchObject({ fault: 'not_found' });
  });
});
