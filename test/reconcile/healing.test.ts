import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Subject } from '../../src/model/subject.ts';
import { beginRun } from '../../src/reconcile/begin.ts';
import { FROM_THE_START, healAfterOutage, healAwaitedUsers } from '../../src/reconcile/healing.ts';
import { reconcile } from '../../src/reconcile/run.ts';
import { SeamError } from '../../src/seam/errors.ts';
import { createUserDirectory } from '../../src/users/directory.ts';
import type { TestDatabase } from '../fixtures/database.ts';
import { openReconciler } from '../fixtures/reconciler.ts';

let opened: Awaited<ReturnType<typeof openReconciler>>;
let database: TestDatabase;
const { signal } = new AbortController();

beforeAll(async () => {
  opened = await openReconciler();
  database = opened.database;
});
afterAll(() => opened[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.pool.query(
    'truncate reconciler.reconciliations, reconciler.workspace_holds cascade',
  );
});

const add = async (row: {
  state: 'failed' | 'retrying' | 'dismissed';
  reason: string;
  claims?: string;
  dueInSeconds?: number;
}): Promise<Subject> => {
  const subject: Subject = `connect_webview:${randomUUID()}`;
  await database.pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, attempts, claimed_user_id, due_at,
             dismissed_by, dismissed_why)
     values ($1, 3, $2, $3, $4, 13, $5, now() + $6 * interval '1 s',
             case when $3 = 'dismissed' then 'Alan' end, case when $3 = 'dismissed' then 'done with' end)`,
    [
      subject,
      row.state === 'retrying' ? 2 : 3,
      row.state,
      row.reason,
      row.claims ?? null,
      row.dueInSeconds ?? 0,
    ],
  );
  return subject;
};
const standingOf = async (subject: Subject) => {
  const { rows } = await database.pool.query(
    `select generation::int, observed_generation::int as observed, state, reason, attempts,
            due_at <= now() as due, requested_by as by
       from reconciler.reconciliations where subject = $1`,
    [subject],
  );
  return rows[0];
};
const PUT_BACK = {
  generation: 4,
  state: 'pending',
  reason: null,
  attempts: 0,
  due: true,
  by: 'healing',
};

const TABLES = [
  { type: 'uuid', ids: [randomUUID(), randomUUID()], odd: 'internal_id_1' },
  { type: 'bigint', ids: ['4711', '4712'], odd: '99999999999999999999' },
  { type: 'text', ids: ['ada', 'bob'], odd: "it's; drop table" },
];

describe.each(TABLES)('what waits for a user (ids of type $type)', ({ type, ids, odd }) => {
  const [here = '', missing = ''] = ids;
  const directory = () =>
    createUserDirectory(database.pool, { schema: 'app', table: type, idColumn: 'The id' });
  beforeAll(async () => {
    await database.pool.query('create schema if not exists app');
    await database.pool.query(`create table app."${type}" ("The id" ${type} primary key)`);
    await database.pool.query(`insert into app."${type}" values ($1)`, [here]);
  });
  const heal = (after = FROM_THE_START) =>
    healAwaitedUsers({ pool: database.pool, users: directory() }, after);

  test('is put back once the user is there, and nothing else is', async () => {
    const failed = await add({ state: 'failed', reason: 'user_not_found', claims: here });
    const waiting = { state: 'retrying', reason: 'user_not_found', claims: here } as const;
    const farOff = await add({ ...waiting, dueInSeconds: 500 });
    const others = [
      await add({ ...waiting, dueInSeconds: 5 }),
      await add({ state: 'failed', reason: 'user_not_found', claims: missing }),
      await add({ state: 'failed', reason: 'user_not_found', claims: odd }),
      await add({ state: 'failed', reason: 'internal_error', claims: here }),
      await add({ state: 'dismissed', reason: 'user_not_found', claims: here }),
    ];
    expect(await heal()).toEqual({ healed: 2, next: FROM_THE_START });
    expect(await standingOf(failed)).toMatchObject(PUT_BACK);
    expect(await standingOf(farOff)).toMatchObject(PUT_BACK);
    for (const other of others) expect(await standingOf(other)).toMatchObject({ generation: 3 });
    expect(await heal()).toMatchObject({ healed: 0 });
  });
});

test('the run of what was put back says that it was healing, whoever hands it out', async () => {
  const users = { filter: async (ids: readonly string[]) => [...ids] };
  const subject = await add({ state: 'failed', reason: 'user_not_found', claims: 'ada' });
  await healAwaitedUsers({ pool: database.pool, users }, FROM_THE_START);
  const beginning = await beginRun(database.pool, subject, 'sweep');
  expect(beginning).toMatchObject({ kind: 'begun', run: { trigger: 'healing' } });
  const { rows } = await database.pool.query('select trigger from reconciler.runs');
  expect(rows).toEqual([{ trigger: 'healing' }]);
  expect(await standingOf(subject)).toMatchObject({ by: null });
});

test('more of them than fit a turn get their turn one after the other, all of them', async () => {
  await database.pool.query(
    `insert into reconciler.reconciliations
            (subject, generation, observed_generation, state, reason, claimed_user_id)
     select 'connect_webview:many' || n, 1, 1, 'failed', 'user_not_found', 'user' || n
       from generate_series(1, 12000) n`,
  );
  const asked: string[] = [];
  const users = {
    filter: async (ids: readonly string[]) => {
      asked.push(...ids);
      return ids.filter(id => id === 'user7000');
    },
  };
  let cursor = FROM_THE_START;
  let healed = 0;
  for (let turn = 0; turn < 3; turn++) {
    const result = await healAwaitedUsers({ pool: database.pool, users }, cursor);
    cursor = result.next;
    healed += result.healed;
  }
  expect(healed).toBe(1);
  expect(cursor).toBe(FROM_THE_START);
  expect(new Set(asked).size).toBe(12_000);
  expect(asked).toHaveLength(12_000);
});

describe('what was given up because of Seam', () => {
  const answering = { probe: async () => undefined };
  const silent = {
    probe: () => Promise.reject(new SeamError('seam_unavailable', 'away', { isOutage: true })),
  };
  const heal = (seam: typeof answering | typeof silent) =>
    healAfterOutage({ pool: database.pool, workspaceId: null, seam }, signal);

  test.each(['seam_unavailable', 'seam_unauthorized', 'seam_rate_limited'])(
    '%s is put back when Seam answers, not before',
    async reason => {
      const subject = await add({ state: 'failed', reason });
      expect(await heal(silent)).toBe(0);
      expect(await standingOf(subject)).toMatchObject({ generation: 3, reason });
      expect(await heal(answering)).toBe(1);
      expect(await standingOf(subject)).toMatchObject(PUT_BACK);
    },
  );

  test('a fault of ours is left to a person, and Seam is not even asked', async () => {
    await add({ state: 'failed', reason: 'internal_error' });
    await add({ state: 'failed', reason: 'account_not_found' });
    const probe = () => Promise.reject(new Error('Seam was asked'));
    expect(
      await healAfterOutage({ pool: database.pool, workspaceId: null, seam: { probe } }, signal),
    ).toBe(0);
  });

  /** Looks at what is due, while Seam answers with this status; null: as it is. */
  const look = async (subject: Subject, status: number | null) => {
    opened.seam.interfere(
      status === null ? null : () => response => response.writeHead(status).end('no'),
    );
    const { reconciler } = opened;
    const report = await reconcile(reconciler, subject, 'sweep', signal);
    if (report.kind !== 'finished') throw new Error(report.kind);
    return report;
  };
  const failedAgo = (subject: Subject, days: number) =>
    database.pool.query(
      `update reconciler.reconciliations set updated_at = now() - $2 * interval '1 day' where subject = $1`,
      [subject, days],
    );

  test('a subject that Seam fails at again is given up at once, and not put back for a week', async () => {
    const subject = await add({ state: 'failed', reason: 'seam_unavailable' });
    for (let week = 0; week < 3; week++) {
      expect(await heal(answering)).toBe(1);
      expect(await look(subject, 500)).toMatchObject({
        run: { trigger: 'healing' },
        ending: { reason: 'seam_unavailable', nextLookInMs: null },
      });
      expect(await standingOf(subject)).toMatchObject({
        state: 'failed',
        reason: 'seam_unavailable',
        generation: 4 + week,
        observed: 4 + week,
      });
      expect(await heal(answering)).toBe(0);
      await failedAgo(subject, 6);
      // Whatever is kept of its runs.
      await database.pool.query('delete from reconciler.runs');
      expect(await heal(answering)).toBe(0);
      await failedAgo(subject, 8);
    }
  });

  test('what met a limit when it was put back had no look: it is put back again after an hour', async () => {
    const subject = await add({ state: 'failed', reason: 'seam_unavailable' });
    await heal(answering);
    expect(await look(subject, 429)).toMatchObject({ ending: { nextLookInMs: null } });
    expect(await standingOf(subject)).toMatchObject({
      state: 'failed',
      reason: 'seam_rate_limited',
    });
    expect(await heal(answering)).toBe(0);
    await failedAgo(subject, 1.5 / 24);
    expect(await heal(answering)).toBe(1);
  });

  test('a subject that Seam answers on is waited for as any other', async () => {
    const answered = await add({ state: 'failed', reason: 'seam_unavailable' });
    await heal(answering);
    expect(await look(answered, null)).toMatchObject({ ending: { reason: 'webview_not_found' } });
    expect(await standingOf(answered)).toMatchObject({ state: 'retrying', attempts: 1 });
    const makeDue = 'update reconciler.reconciliations set due_at = now() where subject = $1';
    await database.pool.query(makeDue, [answered]);
    await look(answered, 500);
    expect(await standingOf(answered)).toMatchObject({
      state: 'retrying',
      reason: 'seam_unavailable',
    });
  });

  test('one whose user has appeared has all of its patience', async () => {
    const subject = await add({ state: 'failed', reason: 'user_not_found', claims: 'ada' });
    const users = { filter: async (ids: readonly string[]) => [...ids] };
    await healAwaitedUsers({ pool: database.pool, users }, FROM_THE_START);
    await look(subject, 500);
    expect(await standingOf(subject)).toMatchObject({
      state: 'retrying',
      reason: 'seam_unavailable',
    });
  });
});
