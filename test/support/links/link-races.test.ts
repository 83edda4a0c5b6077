import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Subject } from '../../../src/model/subject.ts';
import { apply } from '../../../src/reconcile/apply.ts';
import { beginRun } from '../../../src/reconcile/begin.ts';
import { decide } from '../../../src/reconcile/decide.ts';
import { gather } from '../../../src/reconcile/gather.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { undoLink } from '../../../src/support/links/undo.ts';
import { clerk, type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { owe } from '../../fixtures/reconciler.ts';
import { until } from '../../fixtures/wait.ts';

let hand: HandDesk;
const { signal } = new AbortController();
beforeAll(async () => {
  hand = await openHandDesk();
});
afterAll(() => hand[Symbol.asyncDispose]());

const WHY = 'ticket 4711';
const begin = async (subject: Subject) => {
  await owe(hand.database, subject);
  const beginning = await beginRun(hand.database.pool, subject, 'delivery');
  if (beginning.kind !== 'begun') throw new Error(beginning.kind);
  return beginning.run;
};
const link = (subject: string, userId: string, who = clerk('carol'), seenUserId?: string | null) =>
  linkByHand(hand.desk, who, subject, { userId, why: WHY, seenUserId });
const audited = async (subject: string) =>
  (
    await hand.database.pool.query(
      'select action, after from reconciler.audit_log where target = $1 order by id',
      [subject],
    )
  ).rows;

test.each([
  ['no id', 'webview', {}],
  ['no id', 'account', {}],
  ['the id of nobody', 'webview', { id: 'nobody' }],
  ['another user, as before', 'webview', { id: 'bob' }],
  ['another user, as before', 'account', { id: 'bob' }],
] as const)(
  'a run that read %s of the %s before a person linked keeps that link',
  async (_what, of, metadata) => {
    const connection = await hand.connect(metadata);
    const run = await begin(connection[of]);
    const facts = await gather(hand.reconciler, run, signal);
    await link(connection.webview, 'ada');
    const applied = await apply(hand.reconciler, run, { kind: 'facts', facts }, decide);
    expect(applied).toMatchObject({ outcome: 'kept' });
    expect(await hand.shown(connection.webview)).toMatchObject({ user: 'ada', by: 'person' });
    expect(await hand.news(connection.webview)).toMatchObject({ outcome: 'kept' });
    expect((await hand.history(connection.accountId)).at(-1)).toEqual({
      user: 'ada',
      because: null,
    });
  },
);

/** How many wait for somebody else's lock. */
const countWaiting = async (): Promise<number> => {
  const { rows } = await hand.database.pool.query<{ waiting: number }>(
    `select count(*)::int as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.waiting ?? 0;
};

test('a run waits for a person who is at linking, and decides on what they wrote', async () => {
  const { webview, accountId } = await hand.connect({});
  const run = await begin(webview);
  const facts = await gather(hand.reconciler, run, signal);
  const blocker = await hand.database.pool.connect();
  try {
    // Somebody else holds the account's lock: both wait for it.
    await blocker.query('begin');
    await blocker.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [accountId]);
    const both = Promise.all([
      link(webview, 'ada'),
      apply(hand.reconciler, run, { kind: 'facts', facts }, decide),
    ]);
    await until('both to wait', async () => (await countWaiting()) >= 2);
    await blocker.query('commit');
    await both;
  } finally {
    blocker.release();
  }
  expect(await hand.shown(webview)).toMatchObject({ user: 'ada', by: 'person' });
  expect(await hand.history(accountId)).toEqual([{ user: 'ada', because: null }]);
  expect(await hand.news(webview)).toMatchObject({ outcome: 'kept' });
});

test('webhooks of both cases of the account are stored while somebody links: neither waits for a deadlock', async () => {
  const { webview, account } = await hand.connect({});
  await hand.news(account);
  const webhooks = await hand.database.pool.connect();
  try {
    // A batch of webhooks takes them one by one, in the order of their keys.
    const [first, second] = [webview, account].toSorted();
    const take = 'select from reconciler.reconciliations where subject = $1 for update nowait';
    await webhooks.query('begin');
    await webhooks.query(take, [first]);
    const linking = link(second ?? '', 'ada');
    await until('the link to wait', async () => (await countWaiting()) >= 1);
    await webhooks.query(take, [second]);
    await webhooks.query('commit');
    await linking;
  } finally {
    webhooks.release();
  }
  const [other, linked] = [webview, account].toSorted() as [Subject, Subject];
  expect(await hand.shown(linked)).toMatchObject({ state: 'pending', user: 'ada' });
  expect(await hand.shown(other)).toMatchObject({ state: 'linked', user: 'ada' });
});

test('of two people who saw nobody linked, one links, and the other is told by whom to whom', async () => {
  const { webview, accountId } = await hand.connect({});
  const results = await Promise.allSettled([
    link(webview, 'ada', clerk('carol'), null),
    link(webview, 'bob', clerk('dave'), null),
  ]);
  expect(results.map(result => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const refused = results.find(result => result.status === 'rejected');
  expect(refused?.reason).toMatchObject({ fault: 'conflict' });
  expect(await hand.history(accountId)).toHaveLength(1);
  expect(await audited(webview)).toHaveLength(1);
});

test('of two who did not say what they saw, the later one wins, and the history has both', async () => {
  const { webview, accountId } = await hand.connect({});
  await Promise.all([link(webview, 'ada', clerk('carol')), link(webview, 'bob', clerk('dave'))]);
  const history = await hand.history(accountId);
  expect(history).toHaveLength(2);
  expect(history).toContainEqual(expect.objectContaining({ because: 'linked_by_hand' }));
  expect(history).toContainEqual(expect.objectContaining({ because: null }));
});

test('the same request twice, at once or later, links once and notes once', async () => {
  const { webview, accountId } = await hand.connect({});
  const twice = await Promise.allSettled([
    link(webview, 'ada', clerk('carol', 'form 1'), null),
    link(webview, 'ada', clerk('carol', 'form 1'), null),
  ]);
  expect(twice.map(result => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await expect(link(webview, 'ada', clerk('carol', 'form 1'), null)).rejects.toThrow(
    'already done',
  );
  expect(await hand.history(accountId)).toHaveLength(1);
  const { rows } = await hand.database.pool.query(
    'select from reconciler.notes where subject = $1',
    [webview],
  );
  expect(rows).toHaveLength(1);
});

test('undone twice at once, it is undone once', async () => {
  const { webview, accountId } = await hand.connect({ id: 'bob' });
  const { audit_id: number } = await link(webview, 'ada');
  const results = await Promise.allSettled(
    ['form 2', 'form 2', null].map(key =>
      undoLink(hand.desk, clerk('carol', key), webview, number ?? 0),
    ),
  );
  expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1);
  expect(await hand.history(accountId)).toEqual([
    { user: 'bob', because: 'linked_by_hand' },
    { user: 'ada', because: 'undone' },
    { user: 'bob', because: null },
  ]);
});

test.each(['a person', 'a run'])(
  'what %s waited to change is told in its order: a link ends after it began, the next begins after that',
  async who => {
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    const run = await begin(webview);
    const facts = await gather(hand.reconciler, run, signal);
    const other = await hand.database.pool.connect();
    try {
      await other.query('select pg_advisory_lock(hashtextextended($1, 0))', [accountId]);
      const waiting =
        who === 'a run'
          ? apply(hand.reconciler, run, { kind: 'facts', facts }, decide)
          : link(webview, 'ada');
      await until('it to wait', async () => (await countWaiting()) >= 1);
      // Begun later, and done first.
      await other.query(
        `with former as (
           update reconciler.links set unlinked_at = clock_timestamp(), unlinked_because = 'relinked'
            where connected_account_id = $1 returning id)
         insert into reconciler.links (connected_account_id, user_id, linked_by_run)
         select $1, 'bob', count(*) from former`,
        [accountId],
      );
      await other.query('select pg_advisory_unlock(hashtextextended($1, 0))', [accountId]);
      await waiting;
    } finally {
      other.release();
    }
    const { rows } = await hand.database.pool.query<{ user_id: string; in_order: boolean }>(
      `select user_id, unlinked_at > linked_at
                    and unlinked_at <= lead(linked_at) over (order by id) as in_order
         from reconciler.links where connected_account_id = $1 order by id`,
      [accountId],
    );
    expect(rows).toEqual([
      { user_id: 'ada', in_order: true },
      { user_id: 'bob', in_order: true },
      { user_id: 'ada', in_order: null },
    ]);
  },
);
