import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Subject } from '../../../src/model/subject.ts';
import { apply } from '../../../src/reconcile/apply.ts';
import { beginRun } from '../../../src/reconcile/begin.ts';
import { decide } from '../../../src/reconcile/decide.ts';
import { gather } from '../../../src/reconcile/gather.ts';
import { linkByHand } from '../../../src/support/links/link.ts';
import { undoLink } from '../../../src/support/links/undo.ts';
import { unlinkByHand } from '../../../src/support/links/unlink.ts';
import { clerk, type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { owe } from '../../fixtures/reconciler.ts';
import { until } from '../../fixtures/wait.ts';

let hand: HandDesk;
const { signal } = new AbortController();
beforeAll(async () => {
  hand = await openHandDesk();
});
afterAll(() => hand[Symbol.asyncDispose]());

const begin = async (subject: Subject) => {
  await owe(hand.database, subject);
  const beginning = await beginRun(hand.database.pool, subject, 'delivery');
  if (beginning.kind !== 'begun') throw new Error(beginning.kind);
  return beginning.run;
};
const unlink = (subject: string, who = clerk('carol'), seenUserId?: string) =>
  unlinkByHand(hand.desk, who, subject, { why: 'ticket 4711', seenUserId });
const countWaiting = async (): Promise<number> => {
  const { rows } = await hand.database.pool.query<{ waiting: number }>(
    `select count(*)::int as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.waiting ?? 0;
};

test.each(['webview', 'account'] as const)(
  'a run of the %s that read before a person unlinked leaves it unlinked',
  async of => {
    const connection = await hand.connect({ id: 'ada' });
    const run = await begin(connection[of]);
    const facts = await gather(hand.reconciler, run, signal);
    await unlink(connection.webview);
    const applied = await apply(hand.reconciler, run, { kind: 'facts', facts }, decide);
    expect(applied).toMatchObject({ outcome: 'left_unlinked' });
    expect(await hand.shown(connection.webview)).toMatchObject({ user: null });
    expect(await hand.history(connection.accountId)).toHaveLength(1);
  },
);

test.each(['person', 'run'] as const)(
  'a run and a person at once, the %s first: it ends unlinked, and the link began before it ended',
  async first => {
    const { webview, accountId } = await hand.connect({ id: 'ada' });
    const run = await begin(webview);
    const facts = await gather(hand.reconciler, run, signal);
    const blocker = await hand.database.pool.connect();
    const person = () => unlink(webview);
    const engine = () => apply(hand.reconciler, run, { kind: 'facts', facts }, decide);
    const [one, other] = first === 'person' ? [person, engine] : [engine, person];
    try {
      // Somebody else holds the account's lock: both wait for it.
      await blocker.query('begin');
      await blocker.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [accountId]);
      const waiting: Promise<unknown>[] = [one()];
      await until('the first to wait', async () => (await countWaiting()) >= 1);
      waiting.push(other());
      await until('both to wait', async () => (await countWaiting()) >= 2);
      await blocker.query('commit');
      await Promise.all(waiting);
    } finally {
      blocker.release();
    }
    expect(await hand.shown(webview)).toMatchObject({ user: null });
    expect(await hand.news(webview)).toMatchObject({ outcome: 'left_unlinked' });
    expect(await hand.history(accountId)).toEqual([{ user: 'ada', because: 'unlinked_by_hand' }]);
  },
);

test('of one who links and one who unlinks, both of whom saw Ada, one is done, and the other is told', async () => {
  const { webview, accountId } = await hand.connect({ id: 'ada' });
  const order = { userId: 'bob', why: 'ticket 1', seenUserId: 'ada' };
  const results = await Promise.allSettled([
    unlink(webview, clerk('carol'), 'ada'),
    linkByHand(hand.desk, clerk('dave'), webview, order),
  ]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const refused = results.find(result => result.status === 'rejected');
  expect(refused?.reason).toMatchObject({ fault: 'conflict' });
  const { rows } = await hand.database.pool.query(
    'select from reconciler.audit_log where target = $1',
    [webview],
  );
  expect(rows).toHaveLength(1);
  expect(await hand.history(accountId)).not.toContainEqual({ user: 'ada', because: null });
});

test('the same request twice, at once or later, unlinks once and notes once', async () => {
  const { webview, accountId } = await hand.connect({ id: 'ada' });
  const again = () => unlink(webview, clerk('carol', 'form 1'), 'ada');
  const twice = await Promise.allSettled([again(), again()]);
  expect(twice.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await expect(again()).rejects.toThrow('already done');
  expect(await hand.history(accountId)).toHaveLength(1);
  const { rows } = await hand.database.pool.query(
    'select from reconciler.notes where subject = $1',
    [webview],
  );
  expect(rows).toHaveLength(1);
});

test('undone three times at once, it is undone once', async () => {
  const { webview, accountId } = await hand.connect({ id: 'ada' });
  const { audit_id: number } = await unlink(webview);
  const results = await Promise.allSettled(
    ['form 2', 'form 2', null].map(key =>
      undoLink(hand.desk, clerk('carol', key), webview, number ?? 0),
    ),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await hand.history(accountId)).toEqual([
    { user: 'ada', because: 'unlinked_by_hand' },
    { user: 'ada', because: null },
  ]);
});
