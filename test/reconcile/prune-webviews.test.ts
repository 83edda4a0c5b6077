import { expect, test } from 'vitest';
import { prune } from '../../src/reconcile/prune.ts';
import { usePruning } from '../fixtures/pruning.ts';

const site = usePruning();
const { signal, query, pruneAsPreviewed, tell, tryIt } = site;

/** A webview of ours that was last tried 91 days ago. */
const expectWebview = async (
  id: string,
  {
    state = 'failed',
    reason = 'webview_pending' as string | null,
    account = null as string | null,
    days = 91,
  } = {},
): Promise<string> => {
  const subject = `connect_webview:${id}`;
  await query(
    `insert into reconciler.expected_webviews (connect_webview_id, user_id, created_at)
     values ($1, 'ada', now() - interval '91 days')`,
    [id],
  );
  await query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, connect_webview_id, connected_account_id, updated_at,
             dismissed_by, dismissed_why)
     values ($1, 1, $2, $3, $4, $5, $6, now() - $7 * interval '1 day',
             case when $3 = 'dismissed' then 'Alan' end, case when $3 = 'dismissed' then 'done with' end)`,
    [subject, state === 'pending' ? 0 : 1, state, reason, id, account, days],
  );
  await query(
    `insert into reconciler.connect_webviews (connect_webview_id, status, custom_metadata, read_by_run)
     values ($1, 'pending', '{}', 1)`,
    [id],
  );
  await tryIt(subject, 91);
  return subject;
};
const webviews = async () =>
  (
    await query(
      `select substr(subject, 17) as id from reconciler.reconciliations
       union all select connect_webview_id from reconciler.expected_webviews
       union all select connect_webview_id from reconciler.connect_webviews
       union all select substr(subject, 17) from reconciler.runs`,
    )
  ).rows.map(row => String(row.id));

test('a webview of ours that nobody finished goes with all that is known of it', async () => {
  await expectWebview('closed');
  await expectWebview('forgotten by Seam', { reason: 'webview_not_found' });
  await expectWebview('dismissed', { state: 'dismissed' });
  const told = await expectWebview('login failed', { state: 'no_action', reason: null });
  await tell(told, { days: 100, type: 'connect_webview.login_failed' });

  await expectWebview('finished', { state: 'linked', reason: null, account: 'a' });
  await expectWebview('of an account', { account: 'a' });
  await expectWebview('not answered', { reason: 'seam_unavailable' });
  await expectWebview('owed', { state: 'pending', reason: null });
  await expectWebview('young', { days: 89 });
  await tell(await expectWebview('told of'), { days: 100 });
  await query(
    `insert into reconciler.notes (subject, text, by) values ($1, 'calls on Friday', 'ada')`,
    [await expectWebview('noted')],
  );
  await expectWebview('in hand');
  await query(
    `update reconciler.reconciliations set leased_until = now() + interval '10 s' where subject like '%in hand'`,
  );
  await expectWebview('linked from');
  await query(
    `insert into reconciler.links (connected_account_id, user_id, linked_by_run, provisional_subject)
     values ('a', 'ada', 0, 'connect_webview:linked from')`,
  );
  expect(await pruneAsPreviewed()).toMatchObject({ webviews: 4, deliveries: 1 });
  const left = await webviews();
  const stays = ['finished', 'in hand', 'linked from', 'not answered', 'noted', 'of an account'];
  expect([...new Set(left)].sort()).toEqual([...stays, 'owed', 'told of', 'young'].sort());
  expect(await pruneAsPreviewed()).toMatchObject({ webviews: 0 });
});

test('a webview that somebody has in hand is passed over, and nobody waits', async () => {
  await expectWebview('held');
  const holder = await site.database.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('select from reconciler.reconciliations for update');
    expect(await prune(site.database.pool, 90, signal)).toMatchObject({ webviews: 0 });
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  expect(await prune(site.database.pool, 90, signal)).toMatchObject({ webviews: 1 });
});
