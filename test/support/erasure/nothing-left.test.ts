import { afterAll, beforeAll, expect, test } from 'vitest';
import { arrange } from '../../../src/outbox/arrange.ts';
import { erasePerson } from '../../../src/support/erasure/erase.ts';
import { PLACES } from '../../../src/support/erasure/places.ts';
import { personalDataOf } from '../../../src/support/erasure/report.ts';
import { type HandDesk, openHandDesk } from '../../fixtures/by-hand.ts';
import { valuesIn, whereStands, wordColumns } from '../../fixtures/dump.ts';
import {
  connectAs,
  hear,
  keepWaiting,
  type Lived,
  leaveUncounted,
  leaveUntold,
  liveThrough,
  type Somebody,
  somebody,
} from '../../fixtures/life.ts';
import { SHELL } from '../../fixtures/shell.ts';

const GONE = somebody('pq7x');
const STAYS = somebody('vv8y');
const forever = new AbortController().signal;

let site: HandDesk;
let before: Snapshot;

type Snapshot = Readonly<{ stands: string[]; counts: unknown; others: string[] }>;

const query = async (text: string) => (await site.database.pool.query(text)).rows;

/** How many there are of everything, by how they stand. */
const countsOf = async () => ({
  states: await query(
    `select state, reason, count(*)::int, sum(generation)::int as generations,
            count(distinct claimed_user_id)::int as people
       from reconciler.reconciliations group by 1, 2 order by 1, 2`,
  ),
  links: await query(
    `select connected_account_id, count(*)::int, count(distinct user_id)::int as people,
            array_agg(unlinked_because order by id) as ends
       from reconciler.links group by 1 order by 1`,
  ),
  runs: await query(
    'select outcome, reason, count(*)::int from reconciler.runs group by 1, 2 order by 1, 2',
  ),
  deliveries: await query(
    `select event_type, source, count(*)::int, max(received_at) from reconciler.deliveries group by 1, 2 order by 1, 2`,
  ),
  rows: await query(
    `select (select count(*) from reconciler.notes) as notes, (select count(*) from reconciler.uncounted) as uncounted,
            (select count(*) from reconciler.conflicting_deliveries) as conflicting,
            (select count(*) from reconciler.expected_webviews) as expected,
            (select count(*) from reconciler.audit_findings) as findings,
            (select count(*) from reconciler.messages) as messages, (select count(*) from reconciler.sendings) as sendings,
            (select count(*) from reconciler.send_attempts) as attempts,
            (select count(*) from reconciler.connected_accounts where state = 'connected') as accounts`,
  ),
});

/** All that says something of the other. */
const linesOf = async (mark: string): Promise<string[]> => {
  const lines: string[] = [];
  for (const each of await wordColumns(site.database.pool)) {
    const values = await valuesIn(site.database.pool, each);
    lines.push(
      ...values
        .filter(value => value.includes(mark))
        .map(value => `${each.table}.${each.column}: ${value}`),
    );
  }
  return lines.toSorted();
};

beforeAll(async () => {
  site = await openHandDesk();
  site.seam.amend((path, answer) => {
    const account = answer.connected_account as Record<string, unknown> | undefined;
    if (path !== '/connected_accounts/get' || account === undefined) return;
    const { email } = account.user_identifier as { email: string };
    const [mark] = email.split('@');
    account.display_name = `Lock of ${mark}`;
    account.customer_key = `customer ${mark}`;
    account.image_url = `https://images.example/${mark}.png`;
    account.time_zone = `Europe/${mark}`;
    account.errors = [{ error_code: 'account_disconnected', message: `Ask ${mark}` }];
    account.warnings = [{ warning_code: 'setup_required', message: `Ask ${mark}` }];
  });
  const lived: [Somebody, Lived][] = [];
  for (const who of [GONE, STAYS]) {
    const own = await connectAs(site, who);
    await liveThrough(site, who, own);
    lived.push([who, own]);
  }
  for (const [, own] of lived) await leaveUncounted(site, own);
  // A sign-in failed there.
  for (const { userId, mark } of [GONE, STAYS]) {
    await site.database.pool.query(
      `update reconciler.connect_webviews set status = 'failed', failure_description = $2
        where connect_webview_id in (select connect_webview_id from reconciler.reconciliations where claimed_user_id = $1)`,
      [userId, `Wrong password of ${mark}`],
    );
  }
  for (const [who] of lived) await hear(site, who);
  for (const [who, own] of lived) await leaveUntold(site, who, own);
  await keepWaiting(site, GONE);
  await personalDataOf(site.desk, SHELL, GONE.userId);
  before = {
    stands: await whereStands(site.database.pool, GONE.mark),
    counts: await countsOf(),
    others: await linesOf(STAYS.mark),
  };
});
afterAll(() => site[Symbol.asyncDispose]());

/** The app's own: ours only reads it. */
const OF_THE_APP = ['users.id', 'users.name', 'users.email'];
/** What never holds any of their words, but goes with what does. */
const NO_WORDS = [
  'api_answers.status',
  'audit_findings.linked_user_id',
  'conflicting_deliveries.signature',
  'deliveries.signature',
  'messages.about',
  'messages.at',
  'messages.type',
  'outbox.about',
  'outbox.at',
  'outbox.type',
  'send_attempts.at',
  'send_attempts.status',
  'uncounted.signature',
];

test('there is something of theirs in every place that is seen to', () => {
  const places = PLACES.flatMap(({ table, columns }) => columns.map(name => `${table}.${name}`));
  expect(places.filter(name => !before.stands.includes(name)).toSorted()).toEqual(NO_WORDS);
  expect(before.stands.filter(name => !places.includes(name))).toEqual(OF_THE_APP.toSorted());
});

test('what is told of them beforehand is of every such place', async () => {
  const cut = await personalDataOf(site.desk, SHELL, GONE.userId, AbortSignal.abort());
  expect(cut.complete).toBe(false);
  const told = await personalDataOf(site.desk, SHELL, GONE.userId);
  expect(Object.keys(told.tables).toSorted()).toEqual(PLACES.map(({ table }) => table).toSorted());
  expect(told.complete).toBe(true);
  expect(JSON.stringify(told)).not.toContain(STAYS.mark);
});

test('erased, nothing of theirs is anywhere, and everything is counted as before', async () => {
  const why = `${GONE.email} asked us to`;
  const done = await erasePerson(site.desk, SHELL, { userId: GONE.userId, why }, forever);
  expect(done).toMatchObject({ finished: true, user_is_still_there: true });
  expect(await whereStands(site.database.pool, GONE.mark)).toEqual(OF_THE_APP.toSorted());
  expect(await countsOf()).toEqual(before.counts);
  expect(await linesOf(STAYS.mark)).toEqual(before.others);
  const [row] = await query(
    `select target, after, why from reconciler.audit_log where action = 'erase_person'`,
  );
  expect(row).toEqual({
    target: `erasure:${done.erasure}`,
    after: { pseudonym: done.pseudonym },
    why: '[erased] asked us to',
  });
});

test('the app hears that they are gone, and what waits to be sent names nobody', async () => {
  while ((await arrange(site.database.pool)).isCut);
  const gone = await query(
    `select m.connected_account_id, m.user_id, m.data->'before' as before, s.state
       from reconciler.messages m join reconciler.sendings s using (position)
      where m.type = 'account.unlinked' and m.data->>'because' = 'erased'`,
  );
  const [pseudonym] = await query('select pseudonym from reconciler.erasures');
  expect(gone).toEqual([
    {
      connected_account_id: expect.any(String),
      user_id: null,
      before: { user_id: null },
      state: 'waiting',
    },
  ]);
  const linked = await query(
    `select distinct m.user_id from reconciler.messages m where m.type = 'account.linked'`,
  );
  expect(linked.map(row => row.user_id).toSorted()).toEqual(
    [STAYS.userId, pseudonym.pseudonym].toSorted(),
  );
});

test('what is told of them afterwards is nothing, and to erase them again changes nothing', async () => {
  const told = await personalDataOf(site.desk, SHELL, GONE.userId);
  expect(Object.keys(told.tables)).toEqual(['audit_log']); // That it was told.
  const order = { userId: GONE.userId, why: 'once more' };
  const { counts } = await erasePerson(site.desk, SHELL, order, forever);
  expect(counts).toEqual({ audit_log: 1 });
});
