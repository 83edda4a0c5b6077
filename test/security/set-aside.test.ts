import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { storeSlice } from '../../src/backfill/store.ts';
import { fillOwners } from '../../src/db/owners.ts';
import { countAll } from '../../src/inbox/counting.ts';
import { logStored } from '../../src/inbox/log-stored.ts';
import { linkProvisionally } from '../../src/reconcile/provisional.ts';
import { prune } from '../../src/reconcile/prune.ts';
import { expectLook } from '../../src/reconcile/request.ts';
import { readCase } from '../../src/support/cases/case.ts';
import { workspaceOfId } from '../../src/support/cases/choose-workspace.ts';
import { readQueueStatus } from '../../src/support/queue/status.ts';
import { silentLog } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';
import {
  deliveryBy,
  eventOf,
  type Fields,
  FLATS,
  HOTELS,
  openTwoWorkspaces,
  type TwoWorkspaces,
} from '../fixtures/two-workspaces.ts';

let house: TwoWorkspaces;
beforeAll(async () => {
  house = await openTwoWorkspaces();
});
afterAll(() => house[Symbol.asyncDispose]());
beforeEach(() => house.clear());

const NAMES = [
  { id: HOTELS, name: 'Hotels' },
  { id: FLATS, name: 'Flats' },
];
const linked = async () => {
  const connection = await house.connect();
  await house.take(HOTELS, ...connection.events);
  await house.settle();
  return connection;
};
const deletionOf = (accountId: string, fields: Fields = {}): Fields =>
  eventOf('connected_account.deleted', { connected_account_id: accountId, ...fields });

test('what was set aside is told in the queue’s status, and in the case, in words', async () => {
  const { webviewId, webview } = await linked();
  const failure = (fields: Fields = {}): Fields =>
    eventOf('connect_webview.login_failed', { connect_webview_id: webviewId, ...fields });
  await house.take(FLATS, failure());
  await house.take(FLATS, failure({ workspace_id: HOTELS }));
  const status = await readQueueStatus(house.database.db, SHELL, NAMES);
  expect(status.set_aside).toBe(2);
  expect(status.latest_set_aside.map(({ why }) => why)).toEqual([
    'signed with the secret of Flats (flats), names Hotels (hotels)',
    'signed with the secret of Flats (flats), about a connection of Hotels (hotels)',
  ]);
  const profiles = { ofIds: async () => new Map() } as never;
  const found = await readCase({ db: house.database.db, profiles, log: silentLog }, SHELL, webview);
  expect(found.deliveries.slice(0, 2).map(each => each.set_aside)).toEqual([
    { because: 'names_another_workspace', vouched_by: FLATS, names: HOTELS },
    { because: 'subject_of_another_workspace', vouched_by: FLATS, names: null },
  ]);
  expect(found.deliveries.slice(2).every(each => each.set_aside === null)).toBe(true);
});

test('each is logged once, as a warning, with whose word it is', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'warn' }, { write: line => void lines.push(JSON.parse(line)) });
  const { accountId, account } = await linked();
  const event = deletionOf(accountId);
  await house.store(FLATS, event);
  const options = { pool: house.database.pool, log, onCounted: () => undefined };
  await countAll(options, new AbortController().signal);
  await house.store(FLATS, event);
  await countAll(options, new AbortController().signal);
  expect(lines).toMatchObject([
    {
      event_id: event.event_id,
      subject: account,
      vouched_by: FLATS,
      belongs_to: HOTELS,
      because: 'subject_of_another_workspace',
    },
  ]);
  const contradicting = deliveryBy(FLATS, deletionOf(accountId, { workspace_id: HOTELS }));
  const { eventId, subject } = contradicting.event;
  const stored = { eventId, subject, isConflicting: false };
  logStored(log, [contradicting], [{ ...stored, isNew: true }]);
  logStored(log, [contradicting], [{ ...stored, isNew: false }]);
  expect(lines.slice(1)).toMatchObject([
    { event_id: eventId, vouched_by: FLATS, because: 'names_another_workspace' },
  ]);
});

test('it goes by its age, whether or not there is a case, and keeps no event from being backfilled', async () => {
  const { accountId } = await linked();
  await house.take(FLATS, deletionOf(accountId), deletionOf(randomUUID(), { workspace_id: 'zzz' }));
  const { pool } = house.database;
  await pool.query(
    `update reconciler.deliveries set received_at = now() - interval '100 days' where set_aside is not null`,
  );
  await prune(pool, 90, new AbortController().signal);
  const { rows } = await pool.query(
    `select count(*)::int as kept, count(*) filter (where set_aside is not null)::int as aside,
            (select count(*)::int from reconciler.pruned where what = 'deliveries') as noted
       from reconciler.deliveries`,
  );
  expect(rows).toMatchObject([{ aside: 0, noted: 0 }]);
  expect(rows[0]?.kept).toBeGreaterThan(0);
});

const sliceOf = (...events: readonly Fields[]) => ({
  from: new Date(Date.now() - 60_000),
  until: new Date(),
  events: events as never,
  isWhole: true,
});

test('what a key lists is the word of its workspace, and no other’s', async () => {
  const { accountId } = await linked();
  const { pool } = house.database;
  await storeSlice(pool, sliceOf(deletionOf(accountId, { workspace_id: HOTELS })), FLATS);
  await storeSlice(pool, sliceOf(deletionOf(accountId)), FLATS);
  await house.settle();
  expect(await house.linkedTo(accountId)).toBe('ada');
  const status = await readQueueStatus(house.database.db, SHELL, NAMES);
  expect(status.latest_set_aside.map(({ why }) => why).toSorted()).toEqual([
    'listed with the key of Flats (flats), about a connection of Hotels (hotels)',
    'listed with the key of Flats (flats), names Hotels (hotels)',
  ]);
});

test('a backfill brings what another had said under its id, once', async () => {
  const connection = await house.connect();
  const [event] = connection.events;
  await house.take(
    FLATS,
    eventOf('connected_account.created', {
      event_id: event?.event_id,
      connected_account_id: 'elsewhere',
    }),
  );
  const slice = sliceOf(event ?? {});
  const { pool } = house.database;
  expect(await storeSlice(pool, slice, HOTELS)).toMatchObject([{ was: 'missing' }]);
  expect(await storeSlice(pool, slice, HOTELS)).toMatchObject([{ was: 'here' }]);
  await house.settle();
  expect(await house.linkedTo(connection.accountId)).toBe('ada');
});

test('a workspace whose id was mistaken in the list gets its events by a backfill, once that is mended', async () => {
  const connection = await house.connect();
  await house.take('hotles', ...connection.events);
  expect(await house.stands(connection.webview)).toBeUndefined();
  const told = await storeSlice(house.database.pool, sliceOf(...connection.events), HOTELS);
  expect(told.every(({ was }) => was === 'missing')).toBe(true);
  await house.settle();
  expect(await house.linkedTo(connection.accountId)).toBe('ada');
});

test('an id that another workspace has named leads a person’s change to its owner', async () => {
  const { accountId } = await linked();
  await house.database.pool.query(
    `delete from reconciler.reconciliations where subject = 'connected_account:' || $1`,
    [accountId],
  );
  await house.take(
    FLATS,
    eventOf('connected_account.connected', {
      connect_webview_id: randomUUID(),
      connected_account_id: accountId,
    }),
  );
  expect(await workspaceOfId(house.database.db, accountId)).toBe(HOTELS);
});

test('a webview is of the workspace that has made it, though another spoke of it before', async () => {
  const { pool } = house.database;
  const webviewId = await house.seam.createWebview({ id: 'ada' }, HOTELS);
  const subject = `connect_webview:${webviewId}` as const;
  await house.take(
    FLATS,
    eventOf('connect_webview.login_failed', { connect_webview_id: webviewId }),
  );
  await house.settle();
  expect(await house.stands(subject)).toMatchObject({ state: 'failed', workspace: FLATS });
  const client = await pool.connect();
  const expected = { subject, connectWebviewId: webviewId, userId: 'ada', workspaceId: HOTELS };
  await expectLook(client as never, expected, 15);
  client.release();
  expect(await house.stands(subject)).toMatchObject({ state: 'pending', workspace: HOTELS });
});

test('no link is made on the word of one workspace while another speaks of the account, too', async () => {
  const { pool } = house.database;
  const connection = await house.connect();
  const claim = eventOf('connected_account.connected', {
    connect_webview_id: randomUUID(),
    connected_account_id: connection.accountId,
    connected_account_custom_metadata: { id: 'bob' },
  });
  await pool.query(
    `insert into reconciler.workspace_holds (workspace_id, reason, detail, probe_at)
     values ($1, 'seam_unavailable', '', now())`,
    [FLATS],
  );
  const sources = house.reconcilers[HOTELS];
  if (sources === undefined) throw new Error('there is no such workspace');
  await house.take(HOTELS, ...connection.events);
  await house.take(FLATS, claim);
  expect(await linkProvisionally(sources)).toMatchObject({ linked: 0 });
  await house.settle();
  expect(await house.linkedTo(connection.accountId)).toBe('ada');
});

test('whose an account was is filled in from the books that a version before has kept', async () => {
  const { pool } = house.database;
  const { accountId } = await linked();
  await pool.query('update reconciler.connected_accounts set workspace_id = null');
  await pool.query('update reconciler.connect_webviews set workspace_id = null');
  await fillOwners(pool as never);
  const { rows } = await pool.query(
    `select a.workspace_id as account, w.workspace_id as webview from reconciler.connected_accounts a
       join reconciler.connect_webviews w using (connected_account_id) where connected_account_id = $1`,
    [accountId],
  );
  expect(rows).toEqual([{ account: HOTELS, webview: HOTELS }]);
});
