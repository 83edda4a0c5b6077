import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { vouchedFor } from '../../src/inbox/vouched.ts';
import type { Subject } from '../../src/model/subject.ts';
import { linkProvisionally } from '../../src/reconcile/provisional.ts';
import { type Reconciler, reconcile } from '../../src/reconcile/run.ts';
import type { EventBody } from '../../src/sandbox/event.ts';
import { signEvent } from '../../src/sandbox/sender.ts';
import { readEvent } from '../../src/seam/events.ts';
import { findMatches } from '../../src/support/cases/find.ts';
import type { TestDatabase } from '../fixtures/database.ts';
import { takeIn } from '../fixtures/intake.ts';
import { openReconciler } from '../fixtures/reconciler.ts';
import type { TestSeam } from '../fixtures/seam.ts';
import { SECRET } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';

let opened: Awaited<ReturnType<typeof openReconciler>>;
let database: TestDatabase;
let seam: TestSeam;
let reconciler: Reconciler;
const { signal } = new AbortController();

beforeAll(async () => {
  opened = await openReconciler();
  ({ database, seam, reconciler } = opened);
});
afterAll(() => opened[Symbol.asyncDispose]());
beforeEach(async () => {
  seam.interfere(null);
  seam.amend(null);
  await database.pool.query(
    'truncate reconciler.workspace_holds, reconciler.reconciliations, reconciler.deliveries cascade',
  );
});

const store = async (events: readonly EventBody[], signed = true): Promise<void> => {
  const deliveries = events.map(event => {
    const { body, headers } = signEvent(event, SECRET);
    const reading = readEvent(Buffer.from(body), headers['svix-id'] ?? '');
    if (reading.kind !== 'event') throw new Error(reading.kind);
    const { 'content-type': _, ...signature } = headers;
    return {
      ...vouchedFor(reading.event, null),
      body: Buffer.from(body),
      headers: signature as never,
    };
  });
  await takeIn(database.pool, deliveries);
  if (!signed) {
    const ids = events.map(event => event.event_id);
    const sql = `update reconciler.deliveries set signature = '{}' where event_id = any($1)`;
    await database.pool.query(sql, [ids]);
  }
};
const connect = async (id: string | boolean | null, accountId?: string) => {
  const webviewId = await seam.createWebview(id === null ? {} : { id });
  const account = { email: 'a@l.example', ...(accountId === undefined ? {} : { accountId }) };
  const completion = await seam.completeWebview(webviewId, account);
  const subject: Subject = `connect_webview:${webviewId}`;
  return { ...completion, webviewId, subject };
};
/** Signed events are in, and Seam is away. */
const connectInOutage = async (id: string | boolean | null, accountId?: string) => {
  const connection = await connect(id, accountId);
  await store(connection.events);
  await hold();
  return connection;
};
const hold = () =>
  database.pool.query(
    `insert into reconciler.workspace_holds (reason, detail, probe_at) values ('seam_unavailable', '', now())
     on conflict do nothing`,
  );
const link = () => linkProvisionally(reconciler);
const look = async (subject: Subject) => {
  const sql = 'update reconciler.reconciliations set due_at = now() where subject = $1';
  await database.pool.query(sql, [subject]);
  const report = await reconcile(reconciler, subject, 'delivery', signal);
  if (report.kind !== 'finished') throw new Error(report.kind);
  return report.ending;
};
const shown = async (subject: Subject) => {
  const [match] = await findMatches(database.db, SHELL, subject);
  return { user: match?.user_id, provisional: match?.provisional };
};
const history = async (accountId: string) => {
  const { rows } = await database.pool.query(
    `select user_id as "user", unlinked_because as because, confirmed_at is not null as confirmed
       from reconciler.links where connected_account_id = $1 order by id`,
    [accountId],
  );
  return rows;
};

describe('while Seam is away', () => {
  test('an account is linked on the signed word of its event, as provisional', async () => {
    const { subject, accountId } = await connectInOutage('ada');
    expect(await link()).toMatchObject({ linked: 1 });
    expect(await shown(subject)).toEqual({ user: 'ada', provisional: true });
    expect(await link()).toMatchObject({ linked: 0, considered: 0 });
    expect(await history(accountId)).toEqual([{ user: 'ada', because: null, confirmed: false }]);
  });

  test('however much waits that was considered before, turn by turn it comes to what is new', async () => {
    await database.pool.query(
      `insert into reconciler.reconciliations (subject, generation, state, provisional_generation, updated_at)
       select 'connect_webview:old' || n, 1, 'pending', 1, now() - interval '1 h'
         from generate_series(1, 6000) n`,
    );
    const first = await connectInOutage('ada');
    const turn = await linkProvisionally(reconciler);
    expect(turn).toMatchObject({ linked: 0 });
    const next = await linkProvisionally(reconciler, turn.next);
    expect(next).toMatchObject({ linked: 1 });
    const second = await connectInOutage('bob');
    expect(await linkProvisionally(reconciler, next.next)).toMatchObject({ linked: 1 });
    expect(await shown(first.subject)).toEqual({ user: 'ada', provisional: true });
    expect(await shown(second.subject)).toEqual({ user: 'bob', provisional: true });
  });

  test('so it is when the run of that subject alone has failed, with no hold', async () => {
    const { subject, events } = await connect('ada');
    await store(events);
    expect(await link()).toMatchObject({ linked: 0 });
    seam.interfere(() => response => response.writeHead(502).end());
    expect(await look(subject)).toMatchObject({ reason: 'seam_unavailable' });
    expect(await link()).toMatchObject({ linked: 1 });
  });

  test('none is made where all is well', async () => {
    const { subject, events } = await connect('ada');
    await store(events);
    expect(await link()).toMatchObject({ linked: 0, considered: 0 });
    expect(await shown(subject)).toMatchObject({ user: null, provisional: false });
  });

  test.each([
    ['no id', null],
    ['an id of nobody', 'nobody'],
    ['an id that is none', true],
  ])('none is made from an event with %s', async (_what, id) => {
    await connectInOutage(id);
    expect(await link()).toMatchObject({ linked: 0 });
  });

  test('none is made from what did not come as a signed webhook', async () => {
    const { events } = await connect('ada');
    await store(events, false);
    await hold();
    expect(await link()).toMatchObject({ linked: 0 });
  });

  test('none takes an account from anybody', async () => {
    const { subject, events, accountId } = await connect('ada');
    await store(events);
    await look(subject);
    await connectInOutage('bob', accountId);
    expect(await link()).toMatchObject({ linked: 0 });
    expect(await shown(subject)).toEqual({ user: 'ada', provisional: false });
  });

  test('none is made where Seam has announced the deletion', async () => {
    const { accountId } = await connectInOutage('ada');
    await store([seam.event('connected_account.deleted', { connected_account_id: accountId })]);
    expect(await link()).toMatchObject({ linked: 0 });
  });

  test('none is made from an event on which Seam has answered already', async () => {
    const { subject, events } = await connect('ada');
    seam.amend((path, answer) => {
      const account = answer.connected_account as object;
      if (path === '/connected_accounts/get') Object.assign(account, { custom_metadata: {} });
      const webview = answer.connect_webview as object;
      if (path === '/connect_webviews/get') Object.assign(webview, { custom_metadata: {} });
    });
    await store(events);
    expect(await look(subject)).toMatchObject({ reason: 'metadata_id_missing' });
    await database.pool.query(
      `update reconciler.reconciliations set generation = generation + 1, state = 'pending', reason = null
        where subject = $1`,
      [subject],
    );
    await hold();
    expect(await link()).toMatchObject({ linked: 0 });
  });
});

describe('when Seam answers again', () => {
  test('and says the same, the link is confirmed', async () => {
    const { subject, accountId } = await connectInOutage('ada');
    await link();
    expect(await look(subject)).toMatchObject({ outcome: 'linked' });
    expect(await shown(subject)).toEqual({ user: 'ada', provisional: false });
    expect(await history(accountId)).toEqual([{ user: 'ada', because: null, confirmed: true }]);
  });

  test("and names another, Seam's answer wins and the history says so", async () => {
    const { subject, accountId } = await connectInOutage('ada');
    await link();
    await connect('bob', accountId);
    expect(await look(subject)).toMatchObject({ outcome: 'relinked' });
    expect(await shown(subject)).toEqual({ user: 'bob', provisional: false });
    expect(await history(accountId)).toMatchObject([
      { user: 'ada', because: 'seam_differs' },
      { user: 'bob', because: null },
    ]);
  });

  test.each([
    ['no id', {}, 'metadata_id_missing'],
    ['an id of nobody', { id: 'nobody' }, 'user_not_found'],
  ])('and shows %s, the link ends: nobody but an event ever spoke for it', async (...of) => {
    const [, metadata, reason] = of;
    const { subject, accountId } = await connectInOutage('ada');
    await link();
    seam.amend((path, answer) => {
      const shows = answer.connected_account ?? answer.connect_webview;
      if (path.endsWith('/get')) Object.assign(shows as object, { custom_metadata: metadata });
    });
    expect(await look(subject)).toMatchObject({ reason });
    expect(await history(accountId)).toMatchObject([{ user: 'ada', because: 'seam_differs' }]);
  });

  test('and the account is gone, the link ends: at once where that was announced', async () => {
    const { subject, accountId } = await connectInOutage('ada');
    await link();
    seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    await store([seam.event('connected_account.deleted', { connected_account_id: accountId })]);
    expect(await look(subject)).toMatchObject({ outcome: 'account_deleted' });
    expect(await history(accountId)).toMatchObject([{ user: 'ada', because: 'account_deleted' }]);
  });

  test('else when the tries are over, as Seam may be slow; and no event brings it back', async () => {
    const { subject, accountId, events } = await connectInOutage('ada');
    await link();
    seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    for (let tries = 0; tries < 3; tries++) {
      expect(await look(subject)).toMatchObject({ reason: 'account_not_found' });
      expect(await shown(subject)).toEqual({ user: 'ada', provisional: true });
    }
    await look(subject);
    expect(await history(accountId)).toMatchObject([{ user: 'ada', because: 'seam_differs' }]);
    await store(events.map(event => ({ ...event, event_id: randomUUID() })));
    await link();
    expect(await history(accountId)).toHaveLength(1);
  });

  test('and the webview has failed, the link on the account of its event ends', async () => {
    const { subject, accountId, webviewId } = await connectInOutage('ada');
    await link();
    await seam.failWebview(webviewId);
    expect(await look(subject)).toMatchObject({ outcome: 'login_failed' });
    expect(await history(accountId)).toMatchObject([{ user: 'ada', because: 'seam_differs' }]);
  });
});
