import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import { ignoreSteps } from '../../src/ops/steps.ts';
import { apply } from '../../src/reconcile/apply.ts';
import { beginRun, type Run } from '../../src/reconcile/begin.ts';
import { decide } from '../../src/reconcile/decide.ts';
import { gather, type Sources } from '../../src/reconcile/gather.ts';
import { reconcile } from '../../src/reconcile/run.ts';
import { createSeam } from '../../src/seam/client.ts';
import { findMatches } from '../../src/support/cases/find.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { SHELL } from '../fixtures/shell.ts';

let database: TestDatabase;
let seam: TestSeam;
let sources: Sources;
const forever = new AbortController().signal;

beforeAll(async () => {
  database = await createTestDatabase();
  seam = await startTestSeam();
  sources = {
    db: database.db,
    seam: createSeam(seam),
    users: createUserDirectory(database.pool, {
      schema: 'reconciler',
      table: 'users',
      idColumn: 'id',
    }),
    userMetadataKey: 'id',
  };
  await database.pool.query(`insert into reconciler.users (id) values ('ada'), ('grace')`);
});
afterAll(async () => {
  await seam[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const owe = async (subject: Subject): Promise<void> => {
  await database.pool.query(
    `insert into reconciler.reconciliations as r (subject, generation, state) values ($1, 1, 'pending')
     on conflict (subject) do update set generation = r.generation + 1, due_at = now(), attempts = 0,
       state = 'pending'`,
    [subject],
  );
};
/** As time does: a run whose process was killed or frozen loses its subject to the next one. */
const endLease = async (subject: Subject): Promise<void> => {
  await database.pool.query(
    'update reconciler.reconciliations set leased_until = now() where subject = $1',
    [subject],
  );
};
const begin = async (subject: Subject): Promise<Run> => {
  const beginning = await beginRun(database.pool, subject, 'delivery');
  if (beginning.kind !== 'begun') throw new Error(`no run: ${beginning.kind}`);
  return beginning.run;
};
const reconciler = () => ({
  ...sources,
  pool: database.pool,
  workspaceId: null,
  random: () => 0.5,
  onStep: ignoreSteps,
});
const look = (subject: Subject) => reconcile(reconciler(), subject, 'delivery', forever);
const finish = async (run: Run, facts: Awaited<ReturnType<typeof gather>>) =>
  apply(reconciler(), run, { kind: 'facts', facts }, decide);
const find = async (subject: Subject) => {
  const [match] = await findMatches(database.db, SHELL, subject);
  if (match === undefined) throw new Error(`${subject} is not there`);
  return match;
};
const connect = async (userId: string, accountId?: string) => {
  const webviewId = await seam.createWebview({ id: userId });
  const completion = await seam.completeWebview(webviewId, {
    email: 'a@locks.example',
    ...(accountId === undefined ? {} : { accountId }),
  });
  const subject: Subject = `connect_webview:${webviewId}`;
  return { webviewId, subject, accountId: completion.accountId };
};
const currentUser = async (accountId: string) => {
  const { rows } = await database.pool.query(
    'select user_id from reconciler.links where connected_account_id = $1 and unlinked_at is null',
    [accountId],
  );
  return rows.map(row => row.user_id);
};

describe('a run', () => {
  test('does nothing where nothing is owed', async () => {
    const { subject } = await connect('ada');
    await owe(subject);
    expect(await look(subject)).toMatchObject({ kind: 'finished' });
    const calls = seam.calls.length;
    expect(await look(subject)).toEqual({ kind: 'nothing_owed' });
    expect(seam.calls.length).toBe(calls);
  });

  test('comes back later when its wait is not over', async () => {
    const { subject } = await connect('nobody');
    await owe(subject);
    await look(subject);
    expect(await look(subject)).toMatchObject({ kind: 'not_due', dueInMs: expect.any(Number) });
    expect((await find(subject)).runs).toHaveLength(1);
  });

  test('that is slower never overwrites what a run that read later has written', async () => {
    const { subject, accountId } = await connect('ada');
    await owe(subject);
    const slow = await begin(subject);
    const oldFacts = await gather(sources, slow, forever);
    await connect('grace', accountId);
    expect(await look(subject)).toMatchObject({ kind: 'not_due' });
    await endLease(subject);
    const quick = await begin(subject);
    await finish(quick, await gather(sources, quick, forever));
    expect(await currentUser(accountId)).toEqual(['grace']);
    expect(await finish(slow, oldFacts)).toMatchObject({
      outcome: 'superseded',
      nextLookInMs: null,
    });
    expect(await currentUser(accountId)).toEqual(['grace']);
    expect((await find(subject)).runs).toMatchObject([
      { outcome: 'linked' },
      { id: slow.id, outcome: 'interrupted' },
    ]);
  });

  test('is superseded also by a run of another subject of the same account, and then looks again', async () => {
    const { subject, accountId } = await connect('ada');
    await owe(subject);
    const slow = await begin(subject);
    const oldFacts = await gather(sources, slow, forever);
    await connect('grace', accountId);
    const other: Subject = `connected_account:${accountId}`;
    await owe(other);
    await look(other);
    expect(await finish(slow, oldFacts)).toMatchObject({ outcome: 'superseded', nextLookInMs: 0 });
    expect(await currentUser(accountId)).toEqual(['grace']);
    expect(await look(subject)).toMatchObject({ ending: { outcome: 'already_linked' } });
  });

  test('settles only what it had read when news came meanwhile', async () => {
    const { subject } = await connect('ada');
    await owe(subject);
    const run = await begin(subject);
    await owe(subject);
    const applied = await finish(run, await gather(sources, run, forever));
    expect(applied).toMatchObject({ outcome: 'linked', nextLookInMs: 1_000 });
    expect(await find(subject)).toMatchObject({
      state: 'pending',
      generation: 2,
      observed_generation: 1,
    });
  });

  test('done twice changes nothing the second time', async () => {
    const { subject, accountId } = await connect('ada');
    for (const outcome of ['linked', 'already_linked', 'already_linked']) {
      await owe(subject);
      expect(await look(subject)).toMatchObject({ ending: { outcome } });
    }
    const { rows } = await database.pool.query(
      'select user_id from reconciler.links where connected_account_id = $1',
      [accountId],
    );
    expect(rows).toEqual([{ user_id: 'ada' }]);
  });

  test('of two subjects at once on one account leaves one link', async () => {
    const { subject, accountId } = await connect('ada');
    const other: Subject = `connected_account:${accountId}`;
    await Promise.all([owe(subject), owe(other)]);
    await Promise.all([look(subject), look(other)]);
    await Promise.all([look(subject), look(other)]);
    expect(await currentUser(accountId)).toEqual(['ada']);
    expect(await find(subject)).toMatchObject({ state: 'linked', observed_generation: 1 });
    expect(await find(other)).toMatchObject({ state: 'linked', observed_generation: 1 });
  });

  test('gives up after its tries, and says why', async () => {
    const subject: Subject = `connect_webview:${randomUUID()}`;
    await owe(subject);
    for (let tries = 1; tries <= 4; tries++) {
      await database.pool.query(
        'update reconciler.reconciliations set due_at = now() where subject = $1',
        [subject],
      );
      await look(subject);
    }
    expect(await find(subject)).toMatchObject({
      state: 'failed',
      reason: 'webview_not_found',
      attempts: 4,
      observed_generation: 1,
    });
    await owe(subject);
    expect(await find(subject)).toMatchObject({ attempts: 0 });
  });

  test('that Seam fails uses up no tries and stays owed', async () => {
    const { subject } = await connect('ada');
    await owe(subject);
    seam.interfere(() => response => response.writeHead(503).end('busy'));
    const report = await look(subject);
    seam.interfere(null);
    expect(report).toMatchObject({ ending: { reason: 'seam_unavailable' } });
    expect(await find(subject)).toMatchObject({
      state: 'retrying',
      reason: 'seam_unavailable',
      attempts: 0,
      observed_generation: 0,
    });
  });

  test('that is given up half way stays owed and writes nothing', async () => {
    const { subject, accountId } = await connect('ada');
    await owe(subject);
    const stopping = new AbortController();
    seam.interfere(() => () => stopping.abort(new Error('stopping')));
    const run = reconcile(reconciler(), subject, 'delivery', stopping.signal);
    await expect(run).rejects.toThrow('stopping');
    seam.interfere(null);
    expect(await currentUser(accountId)).toEqual([]);
    expect(await find(subject)).toMatchObject({ state: 'pending', observed_generation: 0 });
    await look(subject);
    expect(await currentUser(accountId)).toEqual(['ada']);
  });
});

test('the account that an event names is checked against what the webview says', async () => {
  const { subject, accountId } = await connect('ada');
  await owe(subject);
  await database.pool.query(
    `update reconciler.reconciliations set connected_account_id = 'wrong' where subject = $1`,
    [subject],
  );
  await look(subject);
  expect(await find(subject)).toMatchObject({ connected_account_id: accountId, user_id: 'ada' });
});

describe('a webview that was seen authorized', () => {
  const askedIn = async (work: () => Promise<unknown>): Promise<string[]> => {
    const before = seam.calls.length;
    await work();
    return seam.calls.slice(before).map(({ path }) => path);
  };
  const hint = (subject: Subject, accountId: string) =>
    database.pool.query(
      'update reconciler.reconciliations set connected_account_id = $2 where subject = $1',
      [subject, accountId],
    );
  /** In Seam's answers the webview leads to this account from now on; null: Seam has no such webview. */
  const leadTo = (accountId: string | null) => {
    seam.interfere(path =>
      accountId === null && path === '/connect_webviews/get'
        ? response =>
            response
              .writeHead(404, { 'content-type': 'application/json' })
              .end('{"error":{"type":"connect_webview_not_found","message":"gone"}}')
        : null,
    );
    seam.amend((path, answer) => {
      if (path !== '/connect_webviews/get' || accountId === null) return;
      Object.assign(answer.connect_webview as object, { connected_account_id: accountId });
    });
  };
  const linked = async () => {
    const own = await connect('ada');
    const { accountId: other } = await connect('grace');
    await owe(own.subject);
    await look(own.subject);
    await owe(own.subject);
    return { ...own, other };
  };
  const lookAgain = (subject: Subject) => askedIn(() => look(subject));
  const WEBVIEW = '/connect_webviews/get';
  const ACCOUNT = '/connected_accounts/get';
  afterEach(() => {
    seam.interfere(null);
    seam.amend(null);
  });

  test('is not asked for again by what comes with it', async () => {
    const { subject } = await linked();
    expect(await lookAgain(subject)).toEqual([ACCOUNT]);
  });

  test('is asked for again when an event names another account', async () => {
    const { subject, accountId, other } = await linked();
    leadTo(other);
    await hint(subject, other);
    expect((await lookAgain(subject)).sort()).toEqual([WEBVIEW, ACCOUNT]);
    expect(await find(subject)).toMatchObject({ connected_account_id: other, user_id: 'grace' });
    expect(await currentUser(accountId)).toEqual(['ada']);
    expect(await currentUser(other)).toEqual(['grace']);
  });

  test('is asked for again when it was seen long ago', async () => {
    const { subject, webviewId, other } = await linked();
    leadTo(other);
    await database.pool.query(
      `update reconciler.connect_webviews set read_at = now() - interval '3 minutes'
        where connect_webview_id = $1`,
      [webviewId],
    );
    await look(subject);
    expect(await find(subject)).toMatchObject({ connected_account_id: other, user_id: 'grace' });
  });

  test('is asked for again when its account is gone, and that account only once', async () => {
    const { subject, accountId, other } = await linked();
    seam.fake.database.deleteConnectedAccount({ connected_account_id: accountId });
    expect(await lookAgain(subject)).toEqual([ACCOUNT, WEBVIEW]);
    expect(await find(subject)).toMatchObject({ reason: 'account_not_found' });
    leadTo(other);
    await owe(subject);
    expect(await lookAgain(subject)).toEqual([ACCOUNT, WEBVIEW, ACCOUNT]);
    expect(await find(subject)).toMatchObject({ connected_account_id: other, user_id: 'grace' });
  });

  test('and that Seam has forgotten since is known by the account that it led to', async () => {
    const { subject, accountId, other } = await linked();
    leadTo(null);
    await hint(subject, other);
    expect(await look(subject)).toMatchObject({ ending: { outcome: 'already_linked' } });
    expect(await find(subject)).toMatchObject({ connected_account_id: accountId, user_id: 'ada' });
  });
});
