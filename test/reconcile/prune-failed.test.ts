import { expect, test } from 'vitest';
import { previewPrune, prune } from '../../src/reconcile/prune.ts';
import { type Told, usePruning } from '../fixtures/pruning.ts';

const pruning = usePruning();
const { signal, query, left, pruneAsPreviewed, fail, tell, tryIt } = pruning;

test('of what stays failed for years the newest ten deliveries and runs stay', async () => {
  const subject = 'connected_account:failed';
  await fail(subject);
  for (let weeks = 100; weeks > 0; weeks--) {
    await tell(subject, { days: weeks * 7 });
    await tryIt(subject, weeks * 7);
  }
  expect(await pruneAsPreviewed(30)).toMatchObject({ deliveries: 90, runs: 90, kept: 12 });
  const ten = Array.from({ length: 10 }, (_, week) => (week + 1) * 7);
  expect(await left()).toEqual(
    ten
      .flatMap(days => [`connected_account.connected ${days}`, `${days} run of ${subject}`])
      .sort(),
  );
  expect(await pruneAsPreviewed(30)).toMatchObject({ deliveries: 0, runs: 0 });
  await query(
    `insert into reconciler.uncounted (subject, event_id, source, is_again) values ($1, 'x', 'webhook', true)`,
    [subject],
  );
  await tell(subject, { days: 1 });
  expect(await pruneAsPreviewed(30)).toMatchObject({ deliveries: 0, kept: 12 });
});

test('of what has failed the newest delivery of each type stays, which says what those before it said', async () => {
  const subject = 'connected_account:failed';
  const REQUEST = 'connected_account.reauthorization_requested';
  await fail(subject);
  const kept: Told[] = [
    { days: 100, type: 'connected_account.created' },
    // By Seam's time it is the latest.
    { days: 220, seamDays: 190, type: 'connected_account.connected' },
    { days: 200, seamDays: 210, type: 'connected_account.connected' },
    // Signed, and so that a provisional link may be made from it.
    { days: 180, type: 'connected_account.successful_login' },
    { days: 170, type: 'connected_account.successful_login', source: 'backfill' },
    // Asks for what the account doesn't show.
    { days: 160, type: REQUEST, body: 'else' },
    { days: 150, type: REQUEST, body: '{"error_code":"account_reauthorization_requested"}' },
    { days: 300, type: 'connected_account.deleted' },
  ];
  const gone: Told[] = [
    { days: 320, type: 'connected_account.created' },
    { days: 230, type: 'connected_account.connected' },
    { days: 185, type: 'connected_account.successful_login' },
    { days: 165, type: REQUEST, body: 'else' },
  ];
  for (const told of [...kept, ...gone]) await tell(subject, told);
  for (let days = 1; days <= 10; days++) await tell(subject, { days, type: 'other' });
  expect(await pruneAsPreviewed()).toMatchObject({ deliveries: gone.length, kept: kept.length });
  expect((await left()).filter(what => !what.startsWith('other'))).toEqual(
    kept.map(({ type, days }) => `${type} ${days}`).sort(),
  );
});

test('that healing has tried is remembered for longer than it asks', async () => {
  await fail('a');
  for (const days of [40, 8, 6]) await tryIt('a', days, 'healing');
  for (let n = 0; n < 10; n++) await tryIt('a', 5);
  expect(await pruneAsPreviewed(2)).toMatchObject({ runs: 1, kept: 12 });
  expect((await left()).filter(what => what.startsWith('healing'))).toHaveLength(2);
});

test('its story is kept for as long as is said, and an announced deletion for good', async () => {
  const { pool } = pruning.database;
  for (const subject of ['connect_webview:w', 'connected_account:a']) await fail(subject);
  for (const days of [100, 200]) {
    await tell('connect_webview:w', { days, type: 'connected_account.created' });
    await tryIt('connect_webview:w', days);
  }
  await tell('connected_account:a', { days: 200, type: 'connected_account.deleted' });
  await tryIt('connected_account:a', 200);
  expect(await pruneAsPreviewed(90)).toMatchObject({ deliveries: 0, runs: 0 });
  const told = { deliveries: 1, runs: 2 };
  expect(await previewPrune(pool, 90, 150)).toMatchObject(told);
  expect(await prune(pool, 90, signal, undefined, 150)).toMatchObject(told);
  expect(await left()).toEqual([
    '100 run of connect_webview:w',
    'connected_account.created 100',
    'connected_account.deleted 200',
  ]);
});
