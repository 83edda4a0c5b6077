import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import type { EventBody } from '../../src/sandbox/event.ts';
import { findMatches } from '../../src/support/cases/find.ts';
import { startApp } from '../chaos/app.ts';
import { isAnyUntold, readBooks } from '../chaos/books.ts';
import { checkLinks } from '../chaos/check-links.ts';
import { checkRuns } from '../chaos/check-runs.ts';
import { checkToldState } from '../chaos/check-told-state.ts';
import { DEBIAN_POSTGRES, runOfDebian, startDebianPostgres } from '../fixtures/debian-postgres.ts';
import { insertEndpoint, TELLING_ENV } from '../fixtures/endpoint.ts';
import { runHere } from '../fixtures/here.ts';
import { addWithPassword } from '../fixtures/passwords.ts';
import { start } from '../fixtures/processes.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { makeFolder, SECRET, silentLog } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';
import { addToken } from '../fixtures/tokens.ts';
import { until } from '../fixtures/wait.ts';
import { postAll } from '../fixtures/webhooks.ts';

const PASSWORD = 'violet anvil crosses pond';

type Env = Readonly<Record<string, string>>;

/** `serve --work`, and what its database holds. */
const openHouse = async (stack: AsyncDisposableStack, env: Env) => {
  const running = stack.use(start(['serve', '--work'], env));
  const url = String((await running.logged('listening')).url);
  await running.logged('worker ready');
  const { db, pool } = stack.use(
    openDatabase({ url: String(env.DATABASE_URL), name: 'test', max: 2, log: silentLog }),
  );
  const isLinked = (accountId: string, userId: string | null) =>
    until(`${accountId} to be ${userId}'s`, async () => {
      const [match] = await findMatches(db, SHELL, accountId);
      return match?.user_id === userId && match.generation === match.observed_generation;
    });
  return {
    url,
    pool,
    isLinked,
    isAllTold: () => until('all to be told', async () => !(await isAnyUntold(pool))),
    deliver: async (events: readonly EventBody[]) =>
      expect(new Set(await postAll(url, events))).toEqual(new Set([204])),
    stop: () => running.stop('SIGTERM'),
  };
};

const connect = async (seam: TestSeam, user: string, accountId?: string) => {
  const webviewId = await seam.createWebview({ id: user });
  return seam.completeWebview(webviewId, { email: `${user}@locks.example`, accountId });
};

const command = async (env: Env, ...args: string[]) => {
  const { code, stdout, stderr } = await runHere([...args, '--json'], env);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout);
};

/** A page that a busy machine can't give yet (503) says nothing of who is signed in. */
const isSignedIn = async (url: string, cookie: string): Promise<boolean> => {
  const status = await until('a page, or the way to sign in', async () => {
    const response = await fetch(`${url}/support`, { headers: { cookie }, redirect: 'manual' });
    await response.text();
    return response.status === 503 ? undefined : response.status;
  });
  expect([200, 303]).toContain(status);
  return status === 200;
};

const signIn = async (url: string): Promise<string> => {
  const response = await fetch(`${url}/support/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ name: 'Ada', password: PASSWORD }),
  });
  expect({ status: response.status, page: await response.text() }).toMatchObject({ status: 303 });
  return (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
};

/** Whom Seam names and has named, as test/chaos has it. */
const ledgerOf = ({ fake: { database } }: TestSeam, owners: Map<string, string[]>) => ({
  events: [],
  seam: {
    webviews: [],
    accounts: database.connected_accounts.map(account => ({
      id: account.connected_account_id,
      metadata: (account.custom_metadata ?? {}) as Record<string, unknown>,
    })),
  },
  owners,
  users: new Set(['ada', 'grace']),
});

test.runIf(DEBIAN_POSTGRES !== undefined)(
  'an old backup, restored into a new server: the books are right again, the app can tell what is new, and nobody is signed in',
  { timeout: 400_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await makeFolder();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const dump = path.join(folder, 'seam-reconciler.dump');
    const seam = stack.use(await startTestSeam());
    const app = stack.use(await startApp());
    const lost = await startDebianPostgres(stack, path.join(folder, 'lost'));
    const env = {
      ...TELLING_ENV,
      SEAM_API_KEY: seam.apiKey,
      SEAM_ENDPOINT: seam.endpoint,
      SEAM_WEBHOOK_SECRET: SECRET,
      PORT: '0',
    };

    const before = { ...env, DATABASE_URL: lost.url };
    expect(await runHere(['migrate'], before)).toMatchObject({ code: 0 });
    const old = await openHouse(stack, before);
    await old.pool.query(`insert into reconciler.users (id) values ('ada'), ('grace')`);
    app.know((await insertEndpoint(old.pool, app.url)).secret);
    await addWithPassword(old.pool, { name: 'Ada', role: 'admin', password: PASSWORD });
    const { secret: token } = await addToken(old.pool, {
      name: 'reports',
      role: 'viewer',
      owner: 'Ada',
    });
    const cookie = await signIn(old.url);
    expect(await isSignedIn(old.url, cookie)).toBe(true);
    const [kept, moved, unlinked, deleted] = await Promise.all(
      ['ada', 'ada', 'ada', 'grace'].map(user => connect(seam, user)),
    );
    if (!kept || !moved || !unlinked || !deleted) throw new Error('nobody connected anything');
    const first = [kept, moved, unlinked, deleted];
    await old.deliver(first.flatMap(({ events }) => events));
    for (const { accountId } of first.slice(0, 3)) await old.isLinked(accountId, 'ada');
    await old.isLinked(deleted.accountId, 'grace');
    await old.isAllTold();
    const backupAt = new Date();
    await runOfDebian('pg_dump', '-Fc', `--file=${dump}`, lost.url);

    // What the backup knows nothing of.
    const late = await connect(seam, 'grace');
    await old.deliver(late.events);
    await old.isLinked(late.accountId, 'grace');
    await old.deliver(await seam.changeAccount(late.accountId, 'disconnect'));
    await old.deliver((await connect(seam, 'grace', moved.accountId)).events);
    await old.isLinked(moved.accountId, 'grace');
    await old.deliver(await seam.changeAccount(deleted.accountId, 'delete'));
    await old.isLinked(deleted.accountId, null);
    await command(before, 'unlink', unlinked.accountId, '--user', 'ada', '--why', 'sold');
    await old.isLinked(unlinked.accountId, null);
    await old.isAllTold();
    const heard = app.heard.receipts.map(({ body }) => body.data);
    await old.stop();
    await lost.throwAway();

    const { url: newUrl } = await startDebianPostgres(stack, path.join(folder, 'new'));
    const after = { ...env, DATABASE_URL: newUrl };
    await runOfDebian('pg_restore', '--no-owner', `--dbname=${newUrl}`, dump);
    expect(await runHere(['migrate'], after)).toMatchObject({ code: 0 });
    expect(await runHere(['restored'], after)).toMatchObject({ code: 4 });
    const done = await command(after, 'restored', '--yes');
    expect(done).toMatchObject({ sessions: 1, links: 0, tokens: 1, bulk_runs_stopped: 0 });
    expect(done.first_position).toBeGreaterThan(Date.parse('2026-01-01'));
    const house = await openHouse(stack, after);
    expect(await isSignedIn(house.url, cookie)).toBe(false);
    const mine = await fetch(`${house.url}/api/v1/messages?after=0`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await mine.text();
    expect(mine.status).toBe(200);
    // While it runs, its positions are the app's.
    const refused = await runHere(['restored', '--yes'], after);
    expect(refused).toMatchObject({ code: 4 });
    expect(refused.stderr).toContain('seam-reconciler serve');
    await command(
      after,
      'backfill',
      '--since',
      new Date(backupAt.getTime() - 60_000).toISOString(),
    );
    await house.isLinked(late.accountId, 'grace');
    await house.isLinked(moved.accountId, 'grace');
    await house.isLinked(deleted.accountId, null);
    await command(after, 'drift', '--fix');
    await until('a comparison to find nothing', async () => {
      const { findings } = await command(after, 'drift');
      return findings.length === 0;
    });
    await house.isAllTold();

    const books = await readBooks(house.pool);
    const owners = new Map([
      [kept.accountId, ['ada']],
      [moved.accountId, ['ada', 'grace']],
      [unlinked.accountId, ['ada']],
      [deleted.accountId, ['grace']],
      [late.accountId, ['grace']],
    ]);
    expect(checkLinks(ledgerOf(seam, owners), books)).toEqual([]);
    expect(checkRuns(books).problems).toEqual([]);
    expect(checkToldState(books)).toEqual([]);
    expect(app.heard.complaints).toEqual([]);
    const all = app.heard.receipts.map(({ body }) => body);
    const again = all.slice(heard.length);
    const highest = Math.max(...heard.map(({ position }) => position));
    expect(again.length).toBeGreaterThan(0);
    for (const { data } of again) {
      expect(data.position).toBeGreaterThan(highest);
      const seen = heard.filter(({ about }) => about === data.about);
      expect(data.sequence).toBeGreaterThan(Math.max(0, ...seen.map(each => each.sequence)) + 1);
    }
    // An app that goes by the highest number of each connection is right about all that Seam still tells of.
    const links = all.filter(({ type }) => /linked$/.test(type)).map(({ data }) => data);
    const ownerBy = (accountId: string) =>
      links
        .filter(data => data.connected_account_id === accountId)
        .sort((a, b) => a.sequence - b.sequence)
        .at(-1)?.user_id;
    expect([kept, moved, deleted, late].map(({ accountId }) => ownerBy(accountId))).toEqual([
      'ada',
      'grace',
      null,
      'grace',
    ]);
    // What a person did since is lost, and nothing tells of that: so the app compares its table once.
    const { rows } = await house.pool.query(
      'select user_id from reconciler_public.user_accounts where connected_account_id = $1',
      [unlinked.accountId],
    );
    expect([ownerBy(unlinked.accountId), rows]).toEqual([null, [{ user_id: 'ada' }]]);
  },
);
