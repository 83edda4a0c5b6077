import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { backfill } from '../../src/backfill/backfill.ts';
import { readCoverage } from '../../src/backfill/coverage.ts';
import { readPrunedUntil } from '../../src/backfill/lacking.ts';
import { backfillIfDue } from '../../src/backfill/schedule.ts';
import { vouchedFor } from '../../src/inbox/vouched.ts';
import { prune } from '../../src/reconcile/prune.ts';
import { createSeam, type Seam } from '../../src/seam/client.ts';
import { readEvent } from '../../src/seam/events.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { takeIn } from '../fixtures/intake.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { silentLog } from '../fixtures/settings.ts';

/* What prune has removed is no news to a backfill that finds it in Seam's list. */

const DAY_MS = 86_400_000;
const { signal } = new AbortController();

let database: TestDatabase;
let fake: TestSeam;
let seam: Seam;
beforeAll(async () => {
  database = await createTestDatabase();
  fake = await startTestSeam();
  seam = createSeam(fake);
});
afterAll(async () => {
  await fake[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  fake.fake.database.events.length = 0;
  await query(
    `truncate reconciler.backfills, reconciler.pruned, reconciler.deliveries, reconciler.uncounted,
              reconciler.reconciliations cascade`,
  );
});

const query = (text: string, values: unknown[] = []) => database.pool.query(text, values);
const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS);

/** Seam has made an event about an account, some days ago. */
const make = (account: string, days: number, fields: { occurred_at?: string } = {}) => {
  const at = daysAgo(days).toISOString();
  return fake.event('connected_account.connected', {
    connected_account_id: account,
    created_at: at,
    occurred_at: at,
    ...fields,
  });
};

/** A webhook brought it, some days ago; what it was about is settled. */
const bring = async (event: ReturnType<typeof make>, days: number): Promise<void> => {
  const body = Buffer.from(JSON.stringify(event));
  const reading = readEvent(body, 'unused');
  if (reading.kind !== 'event') throw new Error(reading.kind);
  const headers = { 'svix-id': 'm', 'svix-timestamp': '1', 'svix-signature': 's' };
  await takeIn(database.pool, [{ ...vouchedFor(reading.event, null), body, headers }]);
  await query('update reconciler.deliveries set received_at = $2 where event_id = $1', [
    reading.event.eventId,
    daysAgo(days),
  ]);
  await query(
    "update reconciler.reconciliations set state = 'no_action', observed_generation = generation",
  );
};
const pruneTo = (days: number) => prune(database.pool, days, signal);
const read = (days: number) =>
  backfill(
    {
      pool: database.pool,
      workspaceId: null,
      seam,
      since: daysAgo(days),
      until: new Date(),
      onStored: () => undefined,
      onSlice: () => undefined,
    },
    signal,
  );
const storedIds = async (): Promise<unknown[]> => {
  const { rows } = await query('select event_id from reconciler.deliveries');
  return rows.map(row => row.event_id);
};

test('what was pruned is not stored anew, nor counted as missing, and is told', async () => {
  const event = make('a', 5);
  await bring(event, 5);
  expect(await pruneTo(3)).toMatchObject({ deliveries: 1 });
  expect(await read(10)).toMatchObject({
    listed: 1,
    missing: 0,
    older: 1,
    hours: [],
    prunedUntil: new Date(String(event.occurred_at)),
  });
  expect(await storedIds()).toEqual([]);
});

test('of what is newer than all that was pruned it can tell', async () => {
  await bring(make('a', 5), 5);
  await pruneTo(3);
  const lost = make('a', 4);
  expect(await read(10)).toMatchObject({ missing: 1, older: 1 });
  expect(await storedIds()).toEqual([lost.event_id]);
});

test('what we have no record of was never here, however old it is', async () => {
  await bring(make('a', 5), 5);
  await pruneTo(3);
  const lost = make('never heard of', 9);
  expect(await read(10)).toMatchObject({ missing: 1, older: 1 });
  expect(await storedIds()).toEqual([lost.event_id]);
  // Once it is on record, it is there.
  expect(await read(10)).toMatchObject({ missing: 0, older: 1 });
});

test('where nothing was pruned, everything that is not here is missing', async () => {
  await bring(make('a', 1), 1);
  await pruneTo(3);
  make('a', 9);
  expect(await read(10)).toMatchObject({ missing: 1, older: 0, prunedUntil: null });
});

test('what came long after it occurred is pruned by when it came, and told by when it occurred', async () => {
  await bring(make('a', 9), 4);
  await pruneTo(3);
  const between = make('a', 8);
  expect(await read(10)).toMatchObject({ missing: 1, older: 1 });
  expect(await storedIds()).toEqual([between.event_id]);
});

test('a time of its own that lies in the future hides nothing else, nor gets it in again', async () => {
  await bring(make('a', 5, { occurred_at: '9999-01-01T00:00:00.000Z' }), 5);
  await pruneTo(3);
  expect((await readPrunedUntil(database.pool))?.getTime()).toBeLessThan(daysAgo(3).getTime());
  make('a', 3.5);
  expect(await read(10)).toMatchObject({ missing: 1, older: 1 });
});

test('what prune keeps, it does not note; and its note never goes back', async () => {
  await bring(make('a', 5), 5);
  await query("update reconciler.reconciliations set state = 'failed'");
  expect(await pruneTo(3)).toMatchObject({ deliveries: 0, kept: 1 });
  expect(await readPrunedUntil(database.pool)).toBeNull();
  await query("update reconciler.reconciliations set state = 'linked'");
  await pruneTo(3);
  const noted = await readPrunedUntil(database.pool);
  await bring(make('a', 9), 9);
  await pruneTo(3);
  expect(await readPrunedUntil(database.pool)).toEqual(noted);
});

test('coverage begins after what the scheduled backfill could not tell of', async () => {
  const event = make('a', 5);
  await bring(event, 5);
  await pruneTo(3);
  await query(
    `insert into reconciler.backfills (workspace, covered_from, covered_until, due_at, unheard_until)
     values ('', $1, $2, now(), $2)`,
    [daysAgo(20), daysAgo(8)],
  );
  const options = {
    pool: database.pool,
    everyMinutes: 10,
    onStored: () => undefined,
    log: silentLog,
  };
  expect(await backfillIfDue(options, { id: null, seam }, signal)).toBe(0);
  expect(await readCoverage(database.pool)).toMatchObject([
    { coveredFrom: new Date(String(event.occurred_at)), unheardEvents: 0 },
  ]);
  expect(await storedIds()).toEqual([]);
});
