import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readEndpointStandings } from '../../../src/support/endpoints/standing.ts';
import { readTelling } from '../../../src/support/queue/telling.ts';
import { openDesk, type TestDesk } from '../../fixtures/desk.ts';
import { owe } from '../../fixtures/endpoints.ts';
import { runHere } from '../../fixtures/here.ts';
import { SHELL } from '../../fixtures/shell.ts';

/* That the app isn't told of everything is seen wherever trouble is looked for. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(() =>
  desk.database.pool.query(
    'truncate reconciler.endpoints, reconciler.messages, reconciler.outbox restart identity cascade',
  ),
);

/** @param of disabled_at, disabled_because, failing_since, fault */
const add = async (of: string, name = 'crm <b>'): Promise<void> => {
  await desk.database.pool.query(
    `insert into reconciler.endpoints (name, kind, target, created_by, disabled_at, disabled_because,
                                       failing_since, fault)
     values ($1, 'http', 'https://app.example/', 'root', ${of})`,
    [name],
  );
};
const giveUp = async (number: number): Promise<void> => {
  const abouts = Array.from({ length: number }, (_, n) => `connected_account:${n}`);
  await owe(desk.database.pool, 1, abouts);
  await desk.database.pool.query(`update reconciler.sendings set state = 'dead'`);
};
const told = () => readTelling(desk.database.pool, SHELL);

const WELL = 'null, null, null, null';
const FAILING = `null, null, now() - interval '5 h', 'The app answered 500.'`;
const UNSENDABLE = `null, null, null, 'ENDPOINT_SECRETS_KEY is missing.'`;
const GONE = `now(), 'gone', now() - interval '5 h', 'The app answered 410 (Gone).'`;
const FOR_DAYS = `now(), 'failing', now() - interval '6 days', 'The host did not answer.'`;
const BY_HAND = `now(), 'person', null, null`;

test.each([
  ['failing', FAILING, 'Endpoint crm <b> is failing.'],
  ['unsendable', UNSENDABLE, 'Nothing can be sent to endpoint crm <b>.'],
  ['switched_off', GONE, 'Endpoint crm <b> was switched off, as it answered 410 (Gone).'],
  ['switched_off', FOR_DAYS, 'Endpoint crm <b> was switched off, as it had failed for days.'],
  ['disabled', BY_HAND, 'Endpoint crm <b> was disabled by hand.'],
])('an endpoint that is %s', async (trouble, of, sentence) => {
  await add(WELL, 'fine');
  await add(of);
  const { endpoints } = await told();
  expect(endpoints).toEqual([
    expect.objectContaining({ endpoint_id: 2, name: 'crm <b>', trouble, sentence, dead: 0 }),
  ]);
  expect(endpoints[0]?.since === null).toBe(trouble === 'unsendable');
});

test('hooks that no process has; not such as are to hear of nothing', async () => {
  const { pool } = desk.database;
  await pool.query(
    `insert into reconciler.endpoints (name, kind, target, types, created_by, failing_since)
     values ('app', 'hook', 'app', '{account.linked}', 'your app', now() - interval '1 h')`,
  );
  const heard = (before: string) =>
    pool.query(
      `insert into reconciler.hook_sets (endpoint_id, types, heard_at)
       values (1, '{account.linked}', now() - $1::interval)
           on conflict (endpoint_id, types) do update set heard_at = excluded.heard_at`,
      [before],
    );
  await heard('30 s');
  expect((await told()).endpoints).toMatchObject([{ trouble: 'failing' }]);
  await heard('2 h');
  expect((await told()).endpoints).toMatchObject([
    {
      trouble: 'unheard',
      sentence: 'No process has the hooks of endpoint app.',
      since: expect.any(String),
      remedy: expect.stringContaining('"endpoint remove 1 --why …"'),
    },
  ]);
  await pool.query(`update reconciler.endpoints set types = '{}', failing_since = null`);
  expect((await told()).endpoints).toEqual([]);
});

test('neither one that failed a moment ago nor one to which all was sent', async () => {
  await add(`null, null, now() - interval '10 s', 'The app answered 500.'`);
  await add(WELL, 'fine');
  expect((await told()).endpoints).toEqual([]);
});

test('what was given up, where the endpoint works, and where it doesn’t', async () => {
  await add(WELL);
  await giveUp(1);
  expect((await told()).endpoints).toMatchObject([
    { trouble: 'dead_letters', dead: 1, sentence: '1 message to endpoint crm <b> was given up.' },
  ]);
  await giveUp(2);
  await desk.database.pool.query(
    `update reconciler.endpoints set failing_since = now() - interval '1 h', fault = 'No.'`,
  );
  expect((await told()).endpoints).toMatchObject([
    {
      trouble: 'failing',
      dead: 3,
      sentence: 'Endpoint crm <b> is failing, and 3 messages were given up.',
    },
  ]);
});

test('what is refused time after time, and what was given up within the last day', async () => {
  const { pool } = desk.database;
  await add(WELL);
  await owe(
    pool,
    1,
    Array.from({ length: 6 }, (_, n) => `connected_account:${n}`),
  );
  const states = async () => {
    const [standing] = await readEndpointStandings(pool);
    return { refused: standing?.refused.number, lately: standing?.givenUpLately.number };
  };
  // One is new, one has failed a few times, two often, and two were given up.
  await pool.query(
    `update reconciler.sendings s
        set attempts = t.attempts, due_at = now() + t.due, state = t.state, finished_at = now() - t.ago
       from unnest('{1,2,3,4,5,6}'::int[], '{0,3,4,7,8,8}'::int[], array[null, '1 h', '1 h', '9 h', null, null]::interval[],
                   '{waiting,waiting,waiting,waiting,dead,dead}'::text[],
                   array[null, null, null, null, '23 h', '25 h']::interval[]) as t (position, attempts, due, state, ago)
      where s.position = t.position`,
  );
  expect(await states()).toEqual({ refused: 2, lately: 1 });
});

/** As of changes that were made so many seconds ago. */
const leaveUnarranged = (...seconds: number[]) =>
  desk.database.pool.query(
    `insert into reconciler.outbox (type, about, sequence, data, at)
     select 'account.linked', 'connected_account:' || s, 1, '{}', now() - s * interval '1 s' from unnest($1::int[]) s`,
    [seconds],
  );

/** The desk arranges once a second: not while somebody holds what it takes for that. */
const keepUnarranged = async (): Promise<AsyncDisposable> => {
  const client = await desk.database.pool.connect();
  await client.query(
    `begin; select pg_advisory_xact_lock(hashtextextended('seam-reconciler outbox', 0))`,
  );
  return {
    [Symbol.asyncDispose]: async () => {
      await client.query('rollback');
      client.release();
    },
  };
};

test('messages that wait for their place for over a minute, and those alone', async () => {
  await using _ = await keepUnarranged();
  await leaveUnarranged(1, 30);
  expect(await told()).toMatchObject({ unarranged: 0, unarranged_since: null });
  await leaveUnarranged(100, 200);
  expect(await told()).toMatchObject({
    unarranged: 2,
    unarranged_since: expect.any(String),
    unarranged_sentence: expect.stringContaining(': 2.'),
  });
});

describe('on each face', () => {
  const pages = ['/support', '/support/queue', '/support/queue/now'];
  const link = (id: number) => new RegExp(`<a href="/support/endpoints/${id}">View endpoint`);

  test('nothing is said where all is well', async () => {
    await add(WELL);
    for (const page of pages) {
      const { text } = await desk.clerks.viewer.get(page);
      expect(text).not.toContain('View endpoint');
      expect(text).not.toContain('class="fault"><p><strong>');
    }
    const env = { DATABASE_URL: desk.database.url };
    expect((await runHere(['queue', 'status'], env)).stdout).not.toContain('NOT TOLD');
  });

  test('the home page and the queue page say it in a sentence, and lead to the endpoint', async () => {
    await add(WELL);
    await giveUp(2);
    await add(FAILING, 'billing');
    await add(BY_HAND, 'crm');
    await using _ = await keepUnarranged();
    await leaveUnarranged(100);
    for (const page of pages) {
      const { text } = await desk.clerks.viewer.get(page);
      expect(text).toContain('<strong>Endpoint billing is failing.</strong> The app answered 500.');
      expect(text).toContain('2 messages to endpoint crm &lt;b&gt; were given up.');
      expect(text).toContain('Endpoint crm was disabled by hand.');
      expect(text).toContain('Messages for your app wait to be put in order: 1.');
      for (const id of [1, 2, 3]) expect(text).toMatch(link(id));
    }
  });

  test('so do the command and the API; a viewer reads no e-mail in it', async () => {
    await add(
      `null, null, now() - interval '5 h', 'No ada@example.com here.'`,
      'of ada@example.com',
    );
    const env = { DATABASE_URL: desk.database.url };
    const { stdout } = await runHere(['queue', 'status'], env);
    expect(stdout).toMatch(
      /NOT TOLD: Endpoint of ada@example\.com is failing\. Since \S+Z\. No ada@example\.com here\./,
    );
    expect(stdout).toContain('See "endpoint show 1".');
    const all = JSON.parse((await runHere(['queue', 'status', '--json'], env)).stdout);
    const { body } = await desk.call('support', 'GET', '/queue');
    expect(body).toMatchObject({ telling: all.telling });
    const asViewer = JSON.stringify((await desk.call('viewer', 'GET', '/queue')).body);
    expect(asViewer).toContain('is failing');
    expect(asViewer).not.toContain('ada@');
    expect((await desk.clerks.viewer.get('/support')).text).not.toContain('ada@');
  });
});
