import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import type { Reconciler } from '../../src/reconcile/run.ts';
import { showAccounts } from '../../src/support/accounts/account.ts';
import type { TestDatabase } from '../fixtures/database.ts';
import { look as lookWith, openReconciler, owe as oweIn } from '../fixtures/reconciler.ts';
import type { TestSeam } from '../fixtures/seam.ts';
import { SHELL } from '../fixtures/shell.ts';

let opened: Awaited<ReturnType<typeof openReconciler>>;
let database: TestDatabase;
let seam: TestSeam;
let reconciler: Reconciler;

beforeAll(async () => {
  opened = await openReconciler();
  ({ database, seam, reconciler } = opened);
});
afterAll(() => opened[Symbol.asyncDispose]());

const look = async (subject: Subject) => {
  await oweIn(database, subject);
  return lookWith(reconciler, subject);
};
const connect = async () => {
  const webviewId = await seam.createWebview({ id: 'ada' });
  const { accountId } = await seam.completeWebview(webviewId, { email: 'a@l.example' });
  const webview: Subject = `connect_webview:${webviewId}`;
  const subject: Subject = `connected_account:${accountId}`;
  await look(webview);
  return { webview, subject, accountId };
};

/** What Seam shows of it from now on. */
const shows = (accountId: string, fields: object): void => {
  const account = seam.fake.database.connected_accounts.find(
    each => each.connected_account_id === accountId,
  );
  Object.assign(account ?? {}, fields);
};

type Told = { hoursAgo: number; source?: 'webhook' | 'backfill' };

/** As the inbox stores it. */
const tell = async (
  subject: Subject,
  what: string,
  fields: object,
  { hoursAgo, source = 'webhook' }: Told = { hoursAgo: 0 },
): Promise<string> => {
  const id = randomUUID();
  await database.pool.query(
    `insert into reconciler.deliveries
            (event_id, event_type, subject, body, signature, occurred_at, received_at, source)
     values ($1, $2, $3, $4, '{}', now() - $5 * interval '1 h', now() - $6 * interval '1 h', $7)`,
    [
      id,
      what,
      subject,
      Buffer.from(JSON.stringify(fields)),
      hoursAgo,
      source === 'webhook' ? hoursAgo : 0,
      source,
    ],
  );
  return id;
};
const DISCONNECTED = 'connected_account.disconnected';
const UNKNOWN = { error_code: 'of_next_year', message: 'The cloud is gone.' };

type Row = {
  state: string;
  state_since: Date | null;
  last_connected_at: Date | null;
  times_disconnected: number;
  errors: unknown[];
};
const rowOf = async (accountId: string): Promise<Row> => {
  const { rows } = await database.pool.query<Row>(
    'select * from reconciler.connected_accounts where connected_account_id = $1',
    [accountId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('there is no such account');
  return row;
};

test('an error that only an event tells of disconnects it, in its own words, until somebody signs in', async () => {
  const { webview, subject, accountId } = await connect();
  const id = await tell(subject, DISCONNECTED, { connected_account_errors: [UNKNOWN, 'Ouch.'] });
  expect(await look(subject)).toMatchObject({ outcome: 'account_updated' });
  expect(await rowOf(accountId)).toMatchObject({
    state: 'disconnected',
    times_disconnected: 1,
    errors: [
      { ...UNKNOWN, from_event: id },
      { message: 'Ouch.', from_event: id },
    ],
  });
  // Seen again it is no news, and no difference to what Seam shows.
  expect(await look(subject)).toMatchObject({ outcome: 'already_linked' });
  const [shown] = await showAccounts({ db: database.db, seam: reconciler.seam }, SHELL, accountId);
  expect(shown?.differences).toEqual([]);
  expect(shown?.here?.troubles[0]?.sentence).toBe('Seam says: “The cloud is gone.”');
  await tell(webview, 'connected_account.connected', {});
  await look(webview);
  expect(await rowOf(accountId)).toMatchObject({ state: 'connected', errors: [] });
});

test.each([
  [
    'names an error that the account shows',
    { connected_account_errors: [{ error_code: 'account_disconnected' }] },
    {},
  ],
  ['names no error', {}, {}],
  ['is older than a day', { connected_account_errors: [UNKNOWN] }, { hoursAgo: 25 }],
  [
    'was long ago, in a list',
    { connected_account_errors: [UNKNOWN] },
    { hoursAgo: 25, source: 'backfill' },
  ],
] as const)('the object decides where the event %s', async (_what, fields, told) => {
  const { subject, accountId } = await connect();
  await tell(subject, DISCONNECTED, fields, { hoursAgo: 0, ...told });
  await look(subject);
  expect(await rowOf(accountId)).toMatchObject({ state: 'connected', times_disconnected: 0 });
});

test('an event without words of an error is told in those of the event', async () => {
  const { subject, accountId } = await connect();
  const event = { connected_account_errors: [{}], event_description: 'An account left.' };
  await tell(subject, DISCONNECTED, event);
  await look(subject);
  expect((await rowOf(accountId)).errors).toMatchObject([{ message: 'An account left.' }]);
});

test('once Seam has shown an error since, what it shows no more is over', async () => {
  const { subject, accountId } = await connect();
  await tell(subject, DISCONNECTED, { connected_account_errors: [UNKNOWN] });
  shows(accountId, { errors: [UNKNOWN] });
  await look(subject);
  expect(await rowOf(accountId)).toMatchObject({ state: 'disconnected', errors: [UNKNOWN] });
  shows(accountId, { errors: [] });
  await look(subject);
  expect((await rowOf(accountId)).state).toBe('connected');
});

test('since when, how often and when it last worked: written on a change, by the time of Seam', async () => {
  const { subject, accountId } = await connect();
  const first = await rowOf(accountId);
  expect(first).toMatchObject({ times_disconnected: 0, state: 'connected' });
  expect(first.last_connected_at).not.toBeNull();
  const lost = (created_at: string) => ({
    errors: [{ error_code: 'account_disconnected', created_at }],
  });
  shows(accountId, lost('2026-11-26T12:25:00.000Z'));
  await look(subject);
  const second = await rowOf(accountId);
  expect(second).toMatchObject({
    state_since: new Date('2026-11-26T12:25:00.000Z'),
    last_connected_at: first.last_connected_at,
    times_disconnected: 1,
  });
  // Another look at the same changes nothing about it.
  await look(subject);
  expect(await rowOf(accountId)).toMatchObject({
    state_since: second.state_since,
    last_connected_at: first.last_connected_at,
    times_disconnected: 1,
  });
  shows(accountId, { errors: [] });
  await look(subject);
  const third = await rowOf(accountId);
  expect(third.state_since?.getTime()).toBeGreaterThan(second.state_since?.getTime() ?? 0);
  expect(third.last_connected_at?.getTime()).toBeGreaterThan(
    first.last_connected_at?.getTime() ?? 0,
  );
  // A time to come is none.
  shows(accountId, lost('2999-01-01T00:00:00.000Z'));
  await look(subject);
  const fourth = await rowOf(accountId);
  expect(fourth.times_disconnected).toBe(2);
  expect(fourth.state_since?.getUTCFullYear()).toBeLessThan(2999);
});

test('a row of the version before gets what it lacks without being news, and nothing is guessed', async () => {
  const { subject, accountId } = await connect();
  await database.pool.query(
    `update reconciler.connected_accounts
        set state_since = null, last_connected_at = null, image_url = null, time_zone = null,
            state = 'disconnected', errors = '[{"error_code": "account_disconnected"}]'
      where connected_account_id = $1`,
    [accountId],
  );
  shows(accountId, {
    errors: [{ error_code: 'account_disconnected' }],
    image_url: 'https://images.example/august.png',
    time_zone: 'Europe/Berlin',
  });
  expect(await look(subject)).toMatchObject({ outcome: 'already_linked' });
  expect(await rowOf(accountId)).toMatchObject({
    state_since: null,
    last_connected_at: null,
    times_disconnected: 1,
    image_url: 'https://images.example/august.png',
    time_zone: 'Europe/Berlin',
  });
  shows(accountId, { time_zone: 'Europe/Paris' });
  expect(await look(subject)).toMatchObject({ outcome: 'account_updated' });
});

test('a login that failed keeps the maker and the words of Seam', async () => {
  const webviewId = await seam.createWebview({ id: 'ada' });
  const webview: Subject = `connect_webview:${webviewId}`;
  const shown = seam.fake.database.connect_webviews.find(
    each => each.connect_webview_id === webviewId,
  );
  Object.assign(shown ?? {}, { status: 'failed', selected_provider: 'yale' });
  await tell(webview, 'connect_webview.login_failed', { event_description: 'Wrong password.' });
  await tell(
    webview,
    'connect_webview.login_failed',
    { event_description: 'Before.' },
    { hoursAgo: 1 },
  );
  expect(await look(webview)).toMatchObject({ outcome: 'login_failed' });
  const read = async () => {
    const { rows } = await database.pool.query(
      `select selected_provider, failure_description, authorized_at
         from reconciler.connect_webviews where connect_webview_id = $1`,
      [webviewId],
    );
    return rows[0];
  };
  const kept = {
    selected_provider: 'yale',
    failure_description: 'Wrong password.',
    authorized_at: null,
  };
  expect(await read()).toEqual(kept);
  // The event may be pruned.
  await database.pool.query('delete from reconciler.deliveries where subject = $1', [webview]);
  await look(webview);
  expect(await read()).toEqual(kept);
});
