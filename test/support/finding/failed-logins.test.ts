import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addConnection, openDesk, type TestDesk } from '../../fixtures/desk.ts';
import { runHere } from '../../fixtures/here.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
  await desk.database.pool.query(
    `insert into reconciler.users (id, name, email) values
       ('ada', 'Ada Lovelace', 'ada@app.example'), ('bob', 'Bob', 'bob@app.example'),
       ('eve', 'Eve', 'eve@app.example')`,
  );
});
afterAll(() => desk[Symbol.asyncDispose]());

type Failed = {
  id: string;
  user: string;
  /** When each of its logins failed, by Seam's time. */
  hoursAgo: readonly number[];
  provider?: string;
  says?: string;
};

/** A webview in which logins failed, as a run leaves it. */
const addFailed = async ({ id, user, hoursAgo, provider = 'yale', says }: Failed) => {
  const subject = `connect_webview:${id}`;
  const { pool } = desk.database;
  await addConnection(desk.database, { subject, state: 'no_action', claimedUserId: user });
  await pool.query(
    `insert into reconciler.connect_webviews
            (connect_webview_id, status, custom_metadata, selected_provider, failure_description, read_by_run)
     values ($1, 'failed', '{}', $2, $3, 1)`,
    [id, provider, says ?? null],
  );
  for (const [n, hours] of hoursAgo.entries()) {
    await pool.query(
      `insert into reconciler.deliveries (event_id, event_type, subject, body, signature, occurred_at)
       values ($1, 'connect_webview.login_failed', $2, '{}', '{}', now() - $3 * interval '1 h')`,
      [`${id}_${n}`, subject, hours],
    );
  }
  return subject;
};

type Group = { user_id: string; times: number; since: string; last_at: string };
type Answer = { connections: { subject: string }[]; failed_logins: Group[] };
const searchFor = async (q: string, role: 'support' | 'viewer' = 'support') =>
  (await desk.call(role, 'GET', `/search?${new URLSearchParams({ q })}`)).body as Answer;
const attention = async () =>
  ((await desk.call('support', 'GET', '/attention')).body as Answer).failed_logins;

const hoursSince = (at: string) => Math.round((Date.now() - Date.parse(at)) / 3_600_000);

describe('whose login failed again and again', () => {
  beforeAll(async () => {
    await addFailed({ id: 'f1', user: 'ada', hoursAgo: [5], says: 'Before.' });
    await addFailed({
      id: 'f2',
      user: 'ada',
      hoursAgo: [3, 2, 1],
      provider: 'august',
      says: 'Wrong password of ada@locks.example.',
    });
    await addFailed({ id: 'f3', user: 'bob', hoursAgo: [1] });
  });

  test('is one group: how often, since when, and the provider and Seam’s words of the last', async () => {
    const { connections, failed_logins: groups } = await searchFor('ada');
    expect(groups).toMatchObject([
      {
        user_id: 'ada',
        times: 4,
        provider: 'august',
        description: 'Wrong password of ada@locks.example.',
        subject: 'connect_webview:f2',
        subjects: ['connect_webview:f2', 'connect_webview:f1'],
        succeeded_since: false,
      },
    ]);
    expect(hoursSince(groups[0]?.since ?? '')).toBe(5);
    expect(hoursSince(groups[0]?.last_at ?? '')).toBe(1);
    expect(connections.map(({ subject }) => subject)).toEqual(['connect_webview:f2']);
    // What is named itself is shown, also where it was not the last.
    const own = await searchFor('f1');
    expect(own.connections.map(({ subject }) => subject)).toEqual(['connect_webview:f1']);
  });

  test('needs attention; whose login failed once doesn’t', async () => {
    expect((await attention()).map(({ user_id }) => user_id)).toEqual(['ada']);
    const { rows } = await desk.database.pool.query(
      `select after->'rows' as rows from reconciler.audit_log
        where action = 'read_list' and target = 'list:readAttention'`,
    );
    expect(rows[0]).toEqual({ rows: 1 });
    const { text } = await desk.clerks.support.get('/support');
    expect(text).toMatch(/again and again[\s\S]*ada[\s\S]*>4<[\s\S]*August[\s\S]*Wrong password/);
    expect(text).not.toContain('Nothing needs attention');
  });

  test('is told on the page of a search and on the case', async () => {
    await addConnection(desk.database, {
      subject: 'connect_webview:pending',
      reason: 'webview_pending',
      claimedUserId: 'ada',
    });
    const { text } = await desk.clerks.support.get('/support/search?q=ada');
    expect(text).toMatch(/4 sign-ins failed<[\s\S]*with August[\s\S]*They haven’t signed in since/);
    const page = await desk.clerks.support.get('/support/connections/connect_webview%3Af2');
    expect(page.text).toMatch(/sign-in with August failed/);
    expect(page.text).toMatch(/Seam says: “Wrong password of ada@locks\.example\.”/);
  });

  test('is printed by `failed-logins`, as a table or for programs', async () => {
    const run = (...options: string[]) =>
      runHere(['failed-logins', ...options], { DATABASE_URL: desk.database.url });
    const table = await run();
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(/^USER +FAILED +SINCE +LAST +PROVIDER +SEAM SAYS +CASE\n/);
    expect(table.stdout).toMatch(
      /\nada +4 +\S+ +\S+ +August +Wrong password of \S+ +connect_webview:f2\n$/,
    );
    const exports = `select after from reconciler.audit_log where action = 'export'`;
    expect((await desk.database.pool.query(exports)).rows).toEqual([]);
    const { failed_logins: groups } = JSON.parse((await run('--json')).stdout) as Answer;
    expect(groups).toMatchObject([{ user_id: 'ada', times: 4, subject: 'connect_webview:f2' }]);
    expect((await desk.database.pool.query(exports)).rows).toEqual([
      { after: { failed_logins: 'again' } },
    ]);
  });

  test('a viewer reads no e-mail in the words of Seam', async () => {
    const { failed_logins: groups } = await searchFor('ada', 'viewer');
    expect(JSON.stringify(groups)).toContain('Wrong password of');
    expect(JSON.stringify(groups)).not.toContain('ada@locks.example');
    const page = await desk.clerks.viewer.get('/support/connections/connect_webview%3Af2');
    expect(page.text).toContain('Wrong password of');
    expect(page.text).not.toContain('ada@locks.example');
  });

  test('is over once they signed in, whether or not that made a new link', async () => {
    const { pool } = desk.database;
    await addConnection(desk.database, {
      subject: 'connect_webview:good',
      state: 'linked',
      accountId: 'a1',
      claimedUserId: 'ada',
    });
    await pool.query(
      `insert into reconciler.connect_webviews
              (connect_webview_id, status, connected_account_id, custom_metadata, authorized_at, read_by_run)
       values ('good', 'authorized', 'a1', '{}', now(), 1)`,
    );
    expect(await attention()).toEqual([]);
    const printed = await runHere(['failed-logins'], { DATABASE_URL: desk.database.url });
    expect(printed).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^No user/),
    });
    expect((await searchFor('ada')).failed_logins).toMatchObject([{ succeeded_since: true }]);
    await addFailed({ id: 'f4', user: 'eve', hoursAgo: [3, 2] });
    expect(await attention()).toMatchObject([{ user_id: 'eve', times: 2 }]);
    await pool.query(
      `insert into reconciler.links (connected_account_id, user_id, linked_by_run, linked_at)
       values ('a2', 'eve', 1, now() - interval '1 h')`,
    );
    expect(await attention()).toEqual([]);
  });
});
