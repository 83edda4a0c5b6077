import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Subject } from '../../../src/model/subject.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { undoLink } from '../../../src/support/links/undo.ts';
import { clerk, type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';

let hand: HandDesk;
beforeAll(async () => {
  hand = await openHandDesk();
});
afterAll(() => hand[Symbol.asyncDispose]());

const link = async (subject: string, userId: string): Promise<number> => {
  const order = { userId, why: 'ticket 4711' };
  const { audit_id } = await linkByHand(hand.desk, clerk('carol'), subject, order);
  return audit_id ?? 0;
};
const undo = (subject: string, auditId: number) =>
  undoLink(hand.desk, clerk('dave'), subject, auditId);
const conflict = (message: string) => ({
  fault: 'conflict',
  message: expect.stringContaining(message),
});
const stand = async (subject: Subject, state: string, reason: string | null): Promise<void> => {
  await hand.database.pool.query(
    `update reconciler.reconciliations
        set state = $2, reason = $3,
            observed_generation = generation - case when $2 in ('pending', 'retrying') then 1 else 0 end,
            dismissed_by = case when $2 = 'dismissed' then 'Alan' end,
            dismissed_why = case when $2 = 'dismissed' then 'done with' end
      where subject = $1`,
    [subject, state, reason],
  );
};

describe('undoing a link by hand', () => {
  test('puts back that there was none, and why, with history and an audit row', async () => {
    const { webview, account, accountId } = await hand.connect({});
    await hand.news(account);
    const number = await link(webview, 'ada');
    expect(await hand.shown(account)).toMatchObject({ state: 'linked', user: 'ada' });
    await hand.news(webview);
    expect(await undo(webview, number)).toMatchObject({
      user_id: null,
      former_user_id: 'ada',
      connected_account_id: accountId,
      look_asked: false,
    });
    const before = { state: 'failed', reason: 'metadata_id_missing', user: null, by: null };
    expect(await hand.shown(webview)).toEqual(before);
    expect(await hand.shown(account)).toEqual(before);
    expect(await hand.history(accountId)).toEqual([{ user: 'ada', because: 'undone' }]);
    const { rows } = await hand.database.pool.query(
      `select action, actor_name, before, after from reconciler.audit_log where target = $1 order by id`,
      [webview],
    );
    expect(rows).toMatchObject([
      { action: 'link', actor_name: 'carol' },
      {
        action: 'undo_link',
        actor_name: 'dave',
        before: { user_id: 'ada', linked_by: 'person', state: 'linked' },
        after: { user_id: null, state: 'failed', reason: 'metadata_id_missing', undone: number },
      },
    ]);
    expect(await hand.news(webview)).toMatchObject({ reason: 'metadata_id_missing' });
  });

  test('puts back the former link, which is as good as it was', async () => {
    const { webview, accountId } = await hand.connect({ id: 'bob' });
    await undo(webview, await link(webview, 'ada'));
    expect(await hand.shown(webview)).toEqual({
      state: 'linked',
      reason: null,
      user: 'bob',
      by: 'run',
    });
    expect(await hand.history(accountId)).toEqual([
      { user: 'bob', because: 'linked_by_hand' },
      { user: 'ada', because: 'undone' },
      { user: 'bob', because: null },
    ]);
    expect(await hand.news(webview)).toMatchObject({ outcome: 'already_linked' });
  });

  test('peels links by hand off one by one, the last one first', async () => {
    const { webview } = await hand.connect({});
    const first = await link(webview, 'ada');
    const second = await link(webview, 'bob');
    await expect(undo(webview, first)).rejects.toMatchObject(conflict('now linked to bob'));
    await undo(webview, second);
    expect(await hand.shown(webview)).toMatchObject({ user: 'ada', by: 'person' });
    expect(await hand.news(webview)).toMatchObject({ outcome: 'kept' });
    await undo(webview, first);
    expect(await hand.shown(webview)).toMatchObject({ user: null, state: 'failed' });
  });

  test.each(['retrying', 'pending'])('looks again at what was %s then', async state => {
    const { webview } = await hand.connect({});
    await stand(webview, state, state === 'retrying' ? 'user_not_found' : null);
    const number = await link(webview, 'ada');
    await hand.news(webview);
    expect(await undo(webview, number)).toMatchObject({ look_asked: true });
    expect(await hand.shown(webview)).toMatchObject({ state: 'pending', user: null });
  });

  test('of what was dismissed, and nobody here can look at, dismisses it again', async () => {
    const { webview } = await hand.connect({});
    await stand(webview, 'dismissed', 'metadata_id_missing');
    const desk = { ...hand.desk, queues: { ...hand.desk.queues, servedIds: ['another'] } };
    const order = { userId: 'ada', why: 'ticket 1' };
    const done = await linkByHand(desk, clerk('carol'), webview, order);
    expect(done.look_asked).toBe(false);
    expect(await hand.shown(webview)).toMatchObject({ state: 'linked', user: 'ada' });
    await undoLink(desk, clerk('carol'), webview, done.audit_id ?? 0);
    expect(await hand.shown(webview)).toMatchObject({ state: 'dismissed', user: null });
  });

  test('leaves what was dismissed dismissed, with its reason', async () => {
    const { webview } = await hand.connect({});
    await stand(webview, 'dismissed', 'metadata_id_missing');
    const number = await link(webview, 'ada');
    expect(await hand.shown(webview)).toMatchObject({ state: 'pending', user: 'ada' });
    await undo(webview, number);
    expect(await hand.shown(webview)).toMatchObject({
      state: 'dismissed',
      reason: 'metadata_id_missing',
    });
  });
});

describe('it is refused where something has happened since, and says what', () => {
  test('undone already', async () => {
    const { webview, accountId } = await hand.connect({});
    const number = await link(webview, 'ada');
    await undo(webview, number);
    await expect(undo(webview, number)).rejects.toMatchObject(conflict('already undone'));
    expect(await hand.history(accountId)).toHaveLength(1);
  });

  test('the metadata name another user', async () => {
    const { webview, accountId } = await hand.connect({});
    const number = await link(webview, 'ada');
    hand.rename(accountId, { id: 'bob' });
    expect(await hand.news(webview)).toMatchObject({ outcome: 'relinked' });
    await expect(undo(webview, number)).rejects.toMatchObject(conflict('now linked to bob'));
    expect(await hand.shown(webview)).toMatchObject({ user: 'bob', by: 'run' });
  });

  test('the metadata name the same user', async () => {
    const { webview, accountId } = await hand.connect({});
    const number = await link(webview, 'ada');
    hand.rename(accountId, { id: 'ada' });
    expect(await hand.news(webview)).toMatchObject({ outcome: 'already_linked' });
    await expect(undo(webview, number)).rejects.toMatchObject(conflict('names ada, too'));
  });

  test('the account is deleted', async () => {
    const { webview, account, accountId } = await hand.connect({});
    const number = await link(webview, 'ada');
    hand.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    await hand.database.pool.query(
      `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
       values ($1, 'connected_account.deleted', $2, '', '{}')`,
      [`deletion of ${accountId}`, account],
    );
    expect(await hand.news(account)).toMatchObject({ outcome: 'account_deleted' });
    await expect(undo(webview, number)).rejects.toMatchObject(conflict('deleted in Seam'));
  });

  test('it is no link by hand, or another case’s', async () => {
    const { webview } = await hand.connect({});
    const other = await hand.connect({});
    const number = await link(webview, 'ada');
    await expect(undo(webview, 999_999)).rejects.toMatchObject({ fault: 'not_found' });
    await expect(undo(other.webview, number)).rejects.toMatchObject({ fault: 'not_found' });
  });
});
