import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fix } from '../../src/drift/fix.ts';
import {
  beginComparison,
  type Comparison,
  expectedAccounts,
  findUnfinished,
  readFindings,
  summarize,
} from '../../src/drift/records.ts';
import { walk } from '../../src/drift/walk.ts';
import { parseSubject } from '../../src/model/subject.ts';
import { ignoreSteps } from '../../src/ops/steps.ts';
import { reconcile } from '../../src/reconcile/run.ts';
import { createSeam, type Seam } from '../../src/seam/client.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { SHELL } from '../fixtures/shell.ts';

const forever = new AbortController().signal;
const TABLE = { schema: 'reconciler', table: 'users', idColumn: 'id' };

let database: TestDatabase;
let fake: TestSeam;
let seam: Seam;
beforeAll(async () => {
  database = await createTestDatabase();
  fake = await startTestSeam();
  seam = createSeam(fake);
  await database.pool.query(`insert into reconciler.users (id) values ('ada'), ('grace')`);
});
afterAll(async () => {
  await fake[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  fake.interfere(null);
  fake.fake.database.connected_accounts.length = 0;
  await database.pool.query(
    `truncate reconciler.audits, reconciler.connected_accounts, reconciler.connect_webviews,
              reconciler.links, reconciler.reconciliations, reconciler.deliveries cascade`,
  );
});

const atSeam = (metadata: Record<string, string>): string => {
  const id = randomUUID();
  fake.fake.database.addConnectedAccount({
    connected_account_id: id,
    provider: 'august',
    account_type: 'august',
    workspace_id: fake.workspaceId,
    user_identifier: { email: 'a@locks.example' },
    custom_metadata: metadata,
  });
  return id;
};
const here = async (id: string, linkedTo: string | null = null): Promise<string> => {
  await database.pool.query(
    `insert into reconciler.connected_accounts
       (connected_account_id, user_identifier, custom_metadata, errors, warnings,
        accepted_capabilities, read_by_run, read_at)
     values ($1, '{}', '{}', '[]', '[]', '[]', 0, now() - interval '1 h')`,
    [id],
  );
  if (linkedTo !== null) {
    await database.pool.query(
      `insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, $2, 0)`,
      [id, linkedTo],
    );
  }
  return id;
};
const announceDeletion = (id: string) =>
  database.pool.query(
    `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
     values ($1, 'connected_account.deleted', 'connected_account:' || $2, '', '{}')`,
    [randomUUID(), id],
  );
const currentUser = async (id: string) => {
  const { rows } = await database.pool.query(
    'select user_id from reconciler.links where connected_account_id = $1 and unlinked_at is null',
    [id],
  );
  return rows[0]?.user_id ?? null;
};

const comparer = (pageSize = 2) => ({
  pool: database.pool,
  users: createUserDirectory(database.pool, TABLE),
  userMetadataKey: 'id',
  workspaces: [{ id: null, seam }],
  pageSize,
});
const ignore = (): void => undefined;
const audit = async (): Promise<Comparison> =>
  walk(comparer(), await beginComparison(database.pool), ignore, forever);
const findings = async ({ id }: Comparison) => {
  const kinds = new Map<string, string>();
  for await (const page of readFindings(database.pool, id)) {
    for (const finding of page) kinds.set(finding.connectedAccountId, finding.kind);
  }
  return kinds;
};

/** One account of each kind, and one that only its webview says whose it is. */
const oneOfEach = async () => {
  const accounts = {
    linked_right: await here(atSeam({ id: 'ada' }), 'ada'),
    link_kept: await here(atSeam({}), 'ada'),
    not_linked: atSeam({ id: 'ada' }),
    names_another_user: await here(atSeam({ id: 'grace' }), 'ada'),
    linked_to_nobody: await here(atSeam({}), 'one_who_left'),
    names_nobody: atSeam({ id: 'who' }),
    metadata_invalid: atSeam({ id: '' }),
    no_metadata: atSeam({}),
    unknown_to_seam: await here(randomUUID(), 'ada'),
    deleted_but_linked: await here(randomUUID(), 'grace'),
  };
  await announceDeletion(accounts.deleted_but_linked);
  return accounts;
};

describe('an audit', () => {
  test('finds each kind, page by page, and counts what is right', async () => {
    const accounts = await oneOfEach();
    const done = await audit();
    const { linked_right: _, link_kept: __, ...wrong } = accounts;
    expect(await findings(done)).toEqual(
      new Map(Object.entries(wrong).map(([kind, id]) => [id, kind])),
    );
    expect(done).toMatchObject({ phase: 'done', listed: 8 });
    expect(done.counts).toEqual(Object.fromEntries(Object.keys(accounts).map(kind => [kind, 1])));
    expect(summarize(done)).toEqual({ mendable: 3, forAPerson: 5 });
    expect(await expectedAccounts(database.pool)).toBe(8);
  });

  test('an account whose webview alone carries the id is that user’s, as in a run', async () => {
    const id = atSeam({});
    await database.pool.query(
      `insert into reconciler.connect_webviews
         (connect_webview_id, status, connected_account_id, custom_metadata, read_by_run, seam_created_at)
       values ('old', 'authorized', $1, '{"id": "grace"}', 0, now() - interval '1 day'),
              ('new', 'authorized', $1, '{"id": "ada"}', 0, now())`,
      [id],
    );
    const done = await audit();
    expect(await findings(done)).toEqual(new Map([[id, 'not_linked']]));
  });

  test('what was linked while it walked is not told as unknown to Seam', async () => {
    const begun = await beginComparison(database.pool);
    const id = await here(randomUUID(), 'ada');
    await database.pool.query('update reconciler.connected_accounts set read_at = now()');
    expect((await findings(await walk(comparer(), begun, ignore, forever))).has(id)).toBe(false);
  });

  test('interrupted after each page in turn, it is resumed and comes to the same', async () => {
    await oneOfEach();
    const expected = await audit();
    let begun = await beginComparison(database.pool);
    for (let stops = 0; begun.phase !== 'done'; stops++) {
      const stop = new AbortController();
      await walk(comparer(), begun, () => stop.abort(new Error('stop')), stop.signal).catch(
        (error: Error) => expect(error.message).toBe('stop'),
      );
      const left = await findUnfinished(database.pool);
      if (left === null) break;
      expect(left.id).toBe(begun.id);
      begun = left;
      expect(stops).toBeLessThan(20);
    }
    const { rows } = await database.pool.query(
      'select listed, counts from reconciler.audits where id = $1 and finished_at is not null',
      [begun.id],
    );
    expect(rows).toEqual([{ listed: expected.listed, counts: expected.counts }]);
    expect(await findings(begun)).toEqual(await findings(expected));
  });

  test('Seam failing half way ends it where it can be resumed; nothing is told as gone', async () => {
    await oneOfEach();
    let calls = 0;
    fake.interfere(path => {
      if (path !== '/connected_accounts/list' || ++calls < 3) return null;
      return response => response.writeHead(401).end('{}');
    });
    await expect(audit()).rejects.toMatchObject({ reason: 'seam_unauthorized' });
    const left = await findUnfinished(database.pool);
    expect(left).toMatchObject({ phase: 'seam', listed: 4 });
    expect([...(left === null ? [] : (await findings(left)).values())]).not.toContain(
      'unknown_to_seam',
    );
  });

  test('an answer without pagination is no last page', async () => {
    atSeam({});
    fake.amend((path, answer) => {
      if (path === '/connected_accounts/list') delete answer.pagination;
    });
    await expect(audit()).rejects.toThrow('unreadable response at pagination');
    fake.amend(null);
  });

  test('two workspaces: what only one of them lists is known', async () => {
    const known = await here(atSeam({ id: 'ada' }), 'ada');
    const none: Pick<Seam, 'listConnectedAccounts'> = {
      listConnectedAccounts: async () => ({ accounts: [], nextCursor: null }),
    };
    const both = {
      ...comparer(),
      workspaces: [none, seam, none].map((seam, n) => ({ id: `w${n}`, seam })),
    };
    const done = await walk(both, await beginComparison(database.pool), ignore, forever);
    expect(await findings(done)).toEqual(new Map());
    expect(done.counts).toEqual({ linked_right: 1 });
    expect(known).toBeTruthy();
  });
});

describe('--fix', () => {
  test('puts exactly what has one right answer through the reconciliation, and that mends it', async () => {
    const accounts = await oneOfEach();
    const done = await audit();
    const asked: string[] = [];
    const run = () =>
      fix(database.pool, SHELL, done.id, looks => void asked.push(...looks.map(l => l.subject)));
    expect(await run()).toBe(3);
    const ids = [accounts.not_linked, accounts.names_another_user, accounts.deleted_but_linked];
    expect(asked.map(subject => parseSubject(subject).id).toSorted()).toEqual(ids.toSorted());
    expect(await run()).toBe(0);
    const reconciler = {
      ...comparer(),
      db: database.db,
      workspaceId: null,
      seam,
      random: () => 0.5,
      onStep: ignoreSteps,
    };
    for (const id of ids) {
      await reconcile(reconciler, `connected_account:${id}`, 'audit', forever);
    }
    expect(await Promise.all(ids.map(currentUser))).toEqual(['ada', 'grace', null]);
    expect(summarize(await audit())).toEqual({ mendable: 0, forAPerson: 5 });
  });

  test('raises the generation of a reconciliation that is there, also of one given up', async () => {
    const id = atSeam({ id: 'ada' });
    await database.pool.query(
      `insert into reconciler.reconciliations
         (subject, generation, observed_generation, state, reason, attempts)
       values ('connected_account:' || $1, 4, 4, 'failed', 'user_not_found', 9)`,
      [id],
    );
    await fix(database.pool, SHELL, (await audit()).id, ignore);
    const { rows } = await database.pool.query(
      'select generation::int, observed_generation::int, state, attempts from reconciler.reconciliations',
    );
    expect(rows).toEqual([
      { generation: 5, observed_generation: 4, state: 'pending', attempts: 0 },
    ]);
  });

  test('a fix whose hint to the queue is lost is still known as one', async () => {
    const id = atSeam({ id: 'ada' });
    await fix(database.pool, SHELL, (await audit()).id, ignore);
    const looking = { ...comparer(), db: database.db, workspaceId: null, seam };
    const subject = `connected_account:${id}` as const;
    const reconciler = { ...looking, random: () => 0.5, onStep: ignoreSteps };
    const report = await reconcile(reconciler, subject, 'sweep', forever);
    expect(report).toMatchObject({ kind: 'finished', run: { trigger: 'audit' } });
  });
});
