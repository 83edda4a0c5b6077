import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PUBLIC_VIEWS, UNLINKED_BECAUSE } from '../../src/db/public-views.ts';
import { EXPLANATIONS } from '../../src/model/outcome.ts';
import { arrange } from '../../src/outbox/arrange.ts';
import { usePublicViews } from '../fixtures/public-views.ts';

const PSEUDONYM = `erased:${'0a'.repeat(12)}`;

const views = usePublicViews();
const { query, seen, link, unlink, checked, of } = views;

describe('an account that is linked', () => {
  test('is its user’s, with how it stands', async () => {
    const account = await seen({ times_disconnected: 2 });
    await link(account, 'ada');
    expect(await of('user_accounts', account)).toEqual([
      {
        user_id: 'ada',
        connected_account_id: account,
        account_type: 'august',
        account_type_display_name: 'August',
        state: 'connected',
        state_since: new Date('2026-11-01T00:00Z'),
        last_connected_at: new Date('2026-11-02T00:00Z'),
        times_disconnected: 2,
        linked_at: expect.any(Date),
        linked_by: 'seam',
        is_provisional: false,
        workspace_id: 'ws',
        connect_webview_id: `new-${account}`,
        link_id: expect.any(String),
      },
    ]);
    expect(await of('account_states', account)).toMatchObject([
      { user_id: 'ada', state: 'connected', deleted_at: null },
    ]);
    expect(await of('unlinked_accounts', account)).toEqual([]);
  });

  test.each([
    ['linked_by_audit = 1', { linked_by: 'person', is_provisional: false }],
    [`provisional_event_id = 'e'`, { linked_by: 'event', is_provisional: true }],
    [
      `provisional_event_id, confirmed_at = 'e', now()`,
      { linked_by: 'event', is_provisional: false },
    ],
  ])('with %s it says who made the link', async (more, expected) => {
    const account = await seen();
    await link(account, 'ada', more);
    expect(await of('user_accounts', account)).toMatchObject([expected]);
    expect(await of('link_history', account)).toMatchObject([{ ...expected, is_current: true }]);
  });

  test('is there also while Seam has not shown it', async () => {
    const account = randomUUID();
    await link(account, 'ada', `provisional_event_id = 'e'`);
    expect(await of('user_accounts', account)).toMatchObject([
      { user_id: 'ada', state: null, times_disconnected: 0, connect_webview_id: null },
    ]);
  });

  test('says nothing of how it stands, where only a version before looked at it', async () => {
    const account = await seen({ state_since: null });
    expect(await of('account_states', account)).toMatchObject([{ state: null }]);
    const gone = await seen({ state: null, state_since: null, deleted_at: '2026-11-03T00:00Z' });
    expect(await of('account_states', gone)).toMatchObject([{ state: 'deleted' }]);
  });
});

test('a link that ended is in the history alone, with why', async () => {
  const account = await seen();
  await link(account, 'ada');
  await unlink(account, `unlinked_because = 'relinked'`);
  await link(account, 'grace');
  await unlink(account, `unlinked_because = 'unlinked_by_hand', unlinked_by_audit = 1`);
  expect(await of('user_accounts', account)).toEqual([]);
  expect(
    (await of('link_history', account)).toSorted((a, b) => a.link_id - b.link_id),
  ).toMatchObject([
    { user_id: 'ada', is_current: false, unlinked_because: 'relinked', unlinked_by: 'seam' },
    { user_id: 'grace', unlinked_because: 'unlinked_by_hand', unlinked_by: 'person' },
  ]);
});

describe('an account that is nobody’s says why', () => {
  test.each<[string, (account: string) => Promise<unknown>, object]>([
    [
      'a check failed',
      account =>
        checked(account, 'failed', { reason: 'user_not_found', claimed_user_id: 'nobody' }),
      {
        reason: 'user_not_found',
        explanation: EXPLANATIONS.user_not_found.sentence,
        claimed_user_id: 'nobody',
      },
    ],
    [
      'another check of it was fine',
      async account => {
        await checked(account, 'failed', { reason: 'metadata_id_missing' });
        await checked(account, 'no_action');
      },
      { reason: 'metadata_id_missing', claimed_user_id: null },
    ],
    [
      'it is tried again',
      account => checked(account, 'retrying', { reason: 'seam_timeout' }),
      { reason: 'being_checked', explanation: UNLINKED_BECAUSE.being_checked },
    ],
    [
      'somebody ended its link',
      async account => {
        await checked(account, 'no_action');
        await link(account, 'ada');
        await unlink(account, `unlinked_because = 'unlinked_by_hand', unlinked_claim = 'missing'`);
      },
      { reason: 'unlinked_by_hand' },
    ],
    [
      'somebody dismissed it',
      account => checked(account, 'dismissed', { dismissed_by: 'Ada', dismissed_why: 'a test' }),
      { reason: 'dismissed' },
    ],
    [
      'its user was erased',
      async account => {
        await checked(account, 'linked', { claimed_user_id: PSEUDONYM });
        await link(account, PSEUDONYM);
      },
      { reason: 'erased', claimed_user_id: null },
    ],
    ['nothing is known', async () => undefined, { reason: 'not_known' }],
  ])('%s', async (_why, arrangeIt, expected) => {
    const account = await seen();
    await arrangeIt(account);
    expect(await of('unlinked_accounts', account)).toMatchObject([
      {
        ...expected,
        explanation: expect.stringMatching(/\.$/),
        connect_webview_id: `new-${account}`,
      },
    ]);
  });

  test('and one that is gone isn’t there', async () => {
    const account = await seen({ state: 'deleted', deleted_at: '2026-11-03T00:00Z' });
    expect(await of('unlinked_accounts', account)).toEqual([]);
  });
});

test('who was erased is nobody, in each view', async () => {
  const account = await seen();
  await link(account, 'ada');
  await unlink(account, `unlinked_because = 'relinked'`);
  await link(account, 'grace');
  await query('update reconciler.links set user_id = $1 where connected_account_id = $2', [
    PSEUDONYM,
    account,
  ]);
  await arrange(views.database.pool);
  await query(
    `update reconciler.messages set user_id = $1, data = data || jsonb_build_object('claimed_user_id', $1::text,
       'before', jsonb_build_object('user_id', $1::text)) where connected_account_id = $2`,
    [PSEUDONYM, account],
  );
  for (const view of Object.keys(PUBLIC_VIEWS)) {
    const rows = await query(`select * from reconciler_public.${view}`);
    expect(rows.length, view).toBeGreaterThan(0);
    expect(JSON.stringify(rows), view).not.toContain('erased:');
  }
  expect(await of('user_accounts', account)).toEqual([]);
  expect(await of('link_history', account)).toMatchObject([
    { user_id: null, is_current: false },
    { user_id: null, is_current: false, unlinked_at: null },
  ]);
  expect(await of('messages', account)).toContainEqual(
    expect.objectContaining({
      user_id: null,
      data: expect.objectContaining({ claimed_user_id: null, before: { user_id: null } }),
    }),
  );
});
