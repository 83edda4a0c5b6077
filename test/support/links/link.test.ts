import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shellActor } from '../../../src/access/actor.ts';
import type { Subject } from '../../../src/model/subject.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { createUserDirectory } from '../../../src/users/directory.ts';
import { clerk, type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';

let hand: HandDesk;
beforeAll(async () => {
  hand = await openHandDesk();
});
afterAll(() => hand[Symbol.asyncDispose]());

const WHY = 'She told us on the phone, ticket 4711.';
const link = (subject: string, userId: string, why = WHY, seenUserId?: string | null) =>
  linkByHand(hand.desk, clerk('carol'), subject, { userId, why, seenUserId });
const query = async (sql: string, values: unknown[]) =>
  (await hand.database.pool.query(sql, values)).rows;

describe('linking by hand', () => {
  test('makes the link, settles the case, keeps the note, tells who and why, and asks for a look', async () => {
    const { webview, accountId } = await hand.connect({});
    expect(await hand.shown(webview)).toMatchObject({ state: 'failed', user: null, by: null });
    const result = await link(webview, 'ada');
    expect(result).toMatchObject({
      subject: webview,
      connected_account_id: accountId,
      user_id: 'ada',
      former_user_id: null,
      look_asked: true,
    });
    expect(await hand.shown(webview)).toEqual({
      state: 'pending',
      reason: null,
      user: 'ada',
      by: 'person',
    });
    expect(
      await query('select * from reconciler.notes where subject = $1', [webview]),
    ).toMatchObject([{ text: WHY, by: 'carol' }]);
    expect(
      await query('select * from reconciler.audit_log where target = $1', [webview]),
    ).toMatchObject([
      {
        id: String(result.audit_id),
        action: 'link',
        actor: 'shell:carol',
        why: WHY,
        before: { user_id: null, state: 'failed', reason: 'metadata_id_missing' },
        after: { user_id: 'ada', linked_by: 'person', connected_account_id: accountId },
      },
    ]);
    const [row] = await query(
      'select generation - observed_generation as owed from reconciler.reconciliations where subject = $1',
      [webview],
    );
    expect(row).toEqual({ owed: '1' });
    expect(await hand.news(webview)).toMatchObject({ outcome: 'kept' });
    expect(await hand.shown(webview)).toMatchObject({ state: 'linked', user: 'ada' });
  });

  test('settles the other cases of the account that only lacked a user', async () => {
    const { webview, account } = await hand.connect({ id: '' });
    await hand.news(account);
    expect(await hand.shown(account)).toMatchObject({ reason: 'metadata_id_invalid' });
    await link(webview, 'ada');
    expect(await hand.shown(account)).toMatchObject({ state: 'linked', reason: null, user: 'ada' });
    expect(await hand.news(account)).toMatchObject({ outcome: 'kept' });
  });

  test('takes the account from another user, and the history says so', async () => {
    const { webview, accountId } = await hand.connect({ id: 'bob' });
    expect(await link(webview, 'ada')).toMatchObject({ former_user_id: 'bob' });
    expect(await hand.history(accountId)).toEqual([
      { user: 'bob', because: 'linked_by_hand' },
      { user: 'ada', because: null },
    ]);
    expect(await hand.news(webview)).toMatchObject({ outcome: 'kept' });
    expect(await hand.shown(webview)).toMatchObject({ user: 'ada' });
  });

  test('may say of a link that is there already that it is right, whatever the metadata say', async () => {
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    hand.rename(accountId, { id: 'one_who_is_not_ours' });
    expect(await hand.news(webview)).toMatchObject({ reason: 'user_not_found' });
    await link(webview, 'ada');
    expect(await hand.news(webview)).toMatchObject({ outcome: 'kept' });
    await expect(link(webview, 'ada')).rejects.toMatchObject({ fault: 'conflict' });
  });

  test('changes nothing in a dry run, and says what it would change', async () => {
    const { webview, accountId } = await hand.connect({ id: 'bob' });
    const order = { userId: 'ada', why: WHY };
    expect(
      await linkByHand(hand.desk, clerk('carol'), webview, order, { dryRun: true }),
    ).toMatchObject({ user_id: 'ada', former_user_id: 'bob', audit_id: null, look_asked: false });
    expect(await hand.history(accountId)).toEqual([{ user: 'bob', because: null }]);
    expect(await query('select from reconciler.audit_log where target = $1', [webview])).toEqual(
      [],
    );
  });
});

describe('what can’t be right is told by field, and nothing is done', () => {
  test.each([
    [
      'a user who is not there',
      'nobody',
      WHY,
      { user_id: "None of our users has the id 'nobody'." },
    ],
    ['no user', ' ', WHY, { user_id: 'Say which user.' }],
    ['an id that no text can hold', 'a\0', WHY, { user_id: expect.stringContaining("can't be") }],
    ['no note', 'ada', ' \n', { why: expect.stringContaining('Write a note') }],
    ['a note that is a book', 'ada', 'x'.repeat(2_001), { why: expect.stringContaining('2000') }],
    ['a note that no text can hold', 'ada', 'a\0b', { why: expect.stringContaining('stored') }],
    ['neither', '', '', { user_id: expect.anything(), why: expect.anything() }],
  ])('%s', async (_what, userId, why, faults) => {
    const { webview, accountId } = await hand.connect({});
    await expect(link(webview, userId, why)).rejects.toMatchObject({ fault: 'invalid', faults });
    expect(await hand.history(accountId)).toEqual([]);
  });

  test('an id of a wrong type', async () => {
    await hand.database.pool.query('create table public.people (id uuid primary key)');
    const users = createUserDirectory(hand.database.pool, {
      schema: 'public',
      table: 'people',
      idColumn: 'id',
    });
    const { webview } = await hand.connect({});
    await expect(
      linkByHand({ ...hand.desk, users }, clerk('carol'), webview, { userId: '17', why: WHY }),
    ).rejects.toMatchObject({ faults: { user_id: expect.stringContaining('UUIDs') } });
  });
});

describe('it is refused, with what to do instead', () => {
  test('where there is no account yet', async () => {
    const subject: Subject = `connect_webview:${await hand.seam.createWebview({})}`;
    await hand.news(subject);
    await expect(link(subject, 'ada')).rejects.toMatchObject({
      fault: 'refused',
      message: expect.stringMatching(/no account to link yet.*Ask the user to finish it/),
    });
  });

  test('where the account is deleted', async () => {
    const { webview, account, accountId } = await hand.connect({});
    hand.seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    await hand.database.pool.query(
      `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
       values ($1, 'connected_account.deleted', $2, '', '{}')`,
      [`deletion of ${accountId}`, account],
    );
    await hand.news(account);
    await expect(link(webview, 'ada')).rejects.toMatchObject({
      fault: 'refused',
      message: expect.stringContaining('connect it again'),
    });
  });

  test.each(['connect_webview:unknown', 'connected_account:unknown', 'no subject at all'])(
    'where there is nothing: %s',
    async subject => {
      await expect(link(subject, 'ada')).rejects.toMatchObject({ fault: 'not_found' });
    },
  );

  test('where an event names nothing', async () => {
    await hand.database.pool.query(
      `insert into reconciler.reconciliations (subject, generation, observed_generation, state, reason)
       values ('delivery:e1', 1, 1, 'failed', 'event_unusable')`,
    );
    await expect(link('delivery:e1', 'ada')).rejects.toMatchObject({
      fault: 'refused',
      message: expect.stringContaining("Find the user's webview"),
    });
  });

  test('to whoever may only look', async () => {
    const { webview } = await hand.connect({});
    const viewer = { ...shellActor('vic'), role: 'viewer' } as const;
    await expect(
      linkByHand(hand.desk, viewer, webview, { userId: 'ada', why: WHY }),
    ).rejects.toMatchObject({ fault: 'not_allowed' });
  });

  test('where it stands otherwise than the person saw it', async () => {
    const { webview } = await hand.connect({ id: 'bob' });
    await expect(link(webview, 'ada', WHY, null)).rejects.toMatchObject({
      fault: 'conflict',
      message: expect.stringContaining('linked to bob'),
    });
    expect(await link(webview, 'ada', WHY, 'bob')).toMatchObject({ user_id: 'ada' });
  });
});
