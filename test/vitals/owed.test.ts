import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { judge } from '../../src/alerts/judge.ts';
import { measureVitals } from '../../src/vitals/measure.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';

/* What waits is found where it is: events name their workspace, also where no setting does. */

const LIMITS = { seamMinutes: 10, backlogMinutes: 10, endpointMinutes: 10, diskPercent: 85 };
const NAMELESS = [{ id: null }];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() =>
  database.pool.query(
    'truncate reconciler.reconciliations, reconciler.alerts, reconciler.pauses restart identity cascade',
  ),
);

type Row = Readonly<{
  workspace: string | null;
  dueMinutesAgo: number;
  isInHand?: boolean;
  reason?: string;
}>;
const add = async (...rows: readonly Row[]) => {
  for (const [
    at,
    { workspace, dueMinutesAgo, isInHand = false, reason = null },
  ] of rows.entries()) {
    await database.pool.query(
      `insert into reconciler.reconciliations
              (subject, generation, observed_generation, state, reason, workspace_id, due_at, sweep_at, leased_until)
       values ('connected_account:' || $1::text, 1, 0, 'pending', $2, $3, now() - $4 * interval '1 min', now(),
               case when $5 then now() + interval '1 min' end)`,
      [at, reason, workspace, dueMinutesAgo, isInHand],
    );
  }
};

type Served = readonly Readonly<{ id: string | null }>[];
const measure = (served: Served) =>
  measureVitals(database.db, { served, before: null, databaseMaxBytes: undefined });

/** The alerts that are open after what is there was measured and judged. */
const alertsFor = async (served: Served) => {
  await judge(database.pool, {
    ...{ vitals: await measure(served), limits: LIMITS, channels: [], pending: new Map() },
    ...{ facts: { labelOf: id => id, jumps: [], webhooks: null }, gatherMs: 0 },
  });
  const { rows } = await database.pool.query<{ told: string }>(
    `select rule || ' ' || about as told from reconciler.alerts
      where ended_at is null and rule = 'backlog' order by 1`,
  );
  return rows.map(({ told }) => told);
};

describe('the only workspace, which no setting names', () => {
  test('is owed what is owed of every id, and of none', async () => {
    await add(
      { workspace: 'ws1', dueMinutesAgo: 12 },
      { workspace: null, dueMinutesAgo: 3 },
      { workspace: 'ws1', dueMinutesAgo: 40, isInHand: true },
    );
    const { workspaces, measuredAt } = await measure(NAMELESS);
    expect(workspaces).toMatchObject([{ workspaceId: null, owed: 3, waiting: 2 }]);
    const age = Date.parse(measuredAt) - Date.parse(workspaces[0]?.oldestDueAt ?? '');
    expect(Math.round(age / 60_000)).toBe(12);
  });

  test('has its backlog told', async () => {
    await add({ workspace: 'ws1', dueMinutesAgo: 9 });
    expect(await alertsFor(NAMELESS)).toEqual([]);
    await database.pool.query(
      `update reconciler.reconciliations set due_at = now() - interval '11 min'`,
    );
    expect(await alertsFor(NAMELESS)).toEqual(['backlog ']);
  });

  test('has none told while a person has stopped it', async () => {
    await add({ workspace: 'ws1', dueMinutesAgo: 20 });
    await database.pool.query(
      `insert into reconciler.pauses (workspace_id, why, by) values ('ws1', 'a test', 'ada')`,
    );
    expect(await alertsFor(NAMELESS)).toEqual([]);
  });
});

test('of several workspaces, each is told its own, and what nobody serves of none', async () => {
  await add(
    { workspace: 'ws1', dueMinutesAgo: 20 },
    { workspace: 'ws2', dueMinutesAgo: 5 },
    { workspace: 'gone', dueMinutesAgo: 99, reason: 'workspace_unknown' },
  );
  expect(await alertsFor([{ id: 'ws1' }, { id: 'ws2' }])).toEqual(['backlog ws1']);
  const { workspaces } = await measure([{ id: 'ws1' }, { id: 'ws2' }]);
  expect(workspaces.map(({ owed }) => owed)).toEqual([1, 1]);
});
