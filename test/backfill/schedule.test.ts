import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { backfill } from '../../src/backfill/backfill.ts';
import { readCoverage, takeDueBackfill } from '../../src/backfill/coverage.ts';
import { readGaps } from '../../src/backfill/gaps.ts';
import { backfillIfDue } from '../../src/backfill/schedule.ts';
import { vouchedFor } from '../../src/inbox/vouched.ts';
import { createSeam, type Seam } from '../../src/seam/client.ts';
import { readEvent } from '../../src/seam/events.ts';
import { readQueueStatus } from '../../src/support/queue/status.ts';
import { createTestDatabase, type TestDatabase } from '../fixtures/database.ts';
import { countNow, takeIn } from '../fixtures/intake.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { silentLog } from '../fixtures/settings.ts';
import { SHELL } from '../fixtures/shell.ts';

const MINUTE_MS = 60_000;
const forever = new AbortController().signal;

let database: TestDatabase;
let fake: TestSeam;
let seam: Seam;
let nudges: string[];
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
  fake.interfere(null);
  fake.fake.database.events.length = 0;
  nudges = [];
  await database.pool.query(
    `truncate reconciler.backfills, reconciler.backfill_gaps, reconciler.pruned, reconciler.deliveries, reconciler.uncounted,
              reconciler.reconciliations cascade`,
  );
});

afterEach(() => {
  vi.useRealTimers();
});

const ago = (minutes: number): Date => new Date(Date.now() - minutes * MINUTE_MS);
/** Seam has made an event, some minutes ago. */
const make = (minutes: number) => {
  const at = ago(minutes).toISOString();
  return fake.event('connected_account.connected', {
    connected_account_id: randomUUID(),
    created_at: at,
    occurred_at: at,
  });
};
const bring = async (event: ReturnType<typeof make>): Promise<void> => {
  const body = Buffer.from(JSON.stringify(event));
  const reading = readEvent(body, 'unused');
  if (reading.kind !== 'event') throw new Error(reading.kind);
  const headers = { 'svix-id': 'm', 'svix-timestamp': '1', 'svix-signature': 's' };
  await takeIn(database.pool, [{ ...vouchedFor(reading.event, null), body, headers }]);
};
const options = () => ({
  pool: database.pool,
  everyMinutes: 10,
  onStored: () => void nudges.push('stored'),
  log: silentLog,
});
const turn = (
  workspace: { id: string | null; seam: Pick<Seam, 'listEvents'> } = { id: null, seam },
) => backfillIfDue(options(), workspace, forever);
const makeDue = () => database.pool.query('update reconciler.backfills set due_at = now()');
const coverage = async () => {
  const [row] = await readCoverage(database.pool);
  if (row === undefined) throw new Error('no row');
  return row;
};
const stored = async () => {
  const { rows } = await database.pool.query(
    'select event_id, source, signature, body from reconciler.deliveries order by occurred_at',
  );
  return rows;
};
const refuse = (status: number, when: (call: number) => boolean = () => true): void => {
  let calls = 0;
  fake.interfere(path => {
    if (path !== '/events/list' || !when(++calls)) return null;
    return response => {
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' });
      response.end(JSON.stringify({ error: { type: 'refused', message: 'no' } }));
    };
  });
};

describe('the scheduled backfill', () => {
  test('stores what no webhook brought, as Seam listed it, and asks for a look at each', async () => {
    const [brought, lost] = [make(300), make(200)];
    await bring(brought);
    expect(await turn()).toBe(1);
    const rows = await stored();
    expect(rows).toMatchObject([
      { event_id: brought.event_id, source: 'webhook' },
      { event_id: lost.event_id, source: 'backfill', signature: {} },
    ]);
    expect(JSON.parse(rows[1].body)).toEqual(lost);
    expect(nudges).toHaveLength(1);
    expect(await countNow(database.pool)).toMatchObject([
      { subject: `connected_account:${lost.connected_account_id}`, trigger: 'backfill' },
    ]);
  });

  test('claims nothing so near to now that an event may still be on its way', async () => {
    make(8);
    make(2);
    expect(await turn()).toBe(1);
    const { coveredUntil } = await coverage();
    expect(coveredUntil.getTime()).toBeLessThanOrEqual(ago(10).getTime());
    expect(coveredUntil.getTime()).toBeGreaterThan(ago(12).getTime());
  });

  test('done again it stores nothing twice, and what appeared late is found', async () => {
    make(60);
    await turn();
    await makeDue();
    expect(await turn()).toBe(0);
    make(9); // Made before the last reading came by, listed only after it.
    await makeDue();
    expect(await turn()).toBe(1);
    expect(await stored()).toHaveLength(2);
  });

  test('what Seam lists late is found within the hour, before the cursor', async () => {
    await turn();
    make(55);
    await makeDue();
    expect(await turn()).toBe(1);
  });

  test.each([60, -60])(
    'goes by the database: a process %i min ahead covers the same',
    async minutes => {
      make(30);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * MINUTE_MS });
      expect(await turn()).toBe(1);
      vi.useRealTimers();
      const { coveredUntil } = await coverage();
      expect(coveredUntil.getTime()).toBeLessThanOrEqual(ago(10).getTime());
      expect(coveredUntil.getTime()).toBeGreaterThan(ago(12).getTime());
    },
  );

  test('a cursor that is ahead of now claims nothing to come, and comes back', async () => {
    await turn();
    await database.pool.query(
      "update reconciler.backfills set due_at = now(), covered_until = now() + interval '1 h'",
    );
    expect((await coverage()).coveredUntil.getTime()).toBeLessThanOrEqual(Date.now());
    make(30);
    expect(await turn()).toBe(1);
    const { rows } = await database.pool.query(
      'select covered_until <= now() as is_past from reconciler.backfills',
    );
    expect(rows).toEqual([{ is_past: true }]);
  });

  test('goes on from its cursor, however long it was away', async () => {
    await turn();
    await database.pool.query(
      "update reconciler.backfills set due_at = now(), covered_until = now() - interval '20 days'",
    );
    make(19 * 24 * 60);
    expect(await turn()).toBe(1);
  });

  test.each([401, 429, 500])(
    'a %i half way: the cursor stays behind what was not read, and the trouble is told',
    async status => {
      const first = make(23 * 60);
      make(60);
      refuse(status, call => call > 1);
      await expect(turn()).rejects.toThrow(String(status));
      expect(await stored()).toMatchObject([{ event_id: first.event_id }]);
      const { coveredUntil, failingSince, failure } = await coverage();
      expect(coveredUntil.getTime()).toBeLessThan(ago(17 * 60).getTime());
      expect(failingSince).not.toBeNull();
      expect(failure).toContain(String(status));
      fake.interfere(null);
      await makeDue();
      expect(await turn()).toBe(1);
      expect(await coverage()).toMatchObject({ failingSince: null, failure: null });
    },
  );

  test('an answer that is too large to be read is asked for in smaller ones at the next turn', async () => {
    for (let minutes = 100; minutes < 160; minutes++) make(minutes);
    fake.interfere((path, { limit }) =>
      path !== '/events/list' || Number(limit) <= 50
        ? null
        : response => response.writeHead(500, { 'retry-after': '0' }).end('<html>'),
    );
    await expect(turn()).rejects.toThrow('500');
    await makeDue();
    expect(await turn()).toBe(60);
    expect(await coverage()).toMatchObject({ failingSince: null });
  });

  test('Seam failing from the start claims nothing at all', async () => {
    make(60);
    refuse(401);
    await expect(turn()).rejects.toThrow('401');
    const { coveredFrom, coveredUntil } = await coverage();
    expect(coveredUntil).toEqual(coveredFrom);
  });

  test('one process at a time, when it is due; a dead one loses it', async () => {
    const take = () => takeDueBackfill(database.pool, null, 24);
    const taken = await Promise.all([take(), take(), take()]);
    expect(taken.filter(row => row !== null)).toHaveLength(1);
    expect(await turn()).toBeNull();
    await database.pool.query('update reconciler.backfills set leased_until = now()');
    expect(await turn()).toBe(0);
    expect(await turn()).toBeNull();
  });

  test('each workspace has a cursor of its own', async () => {
    const away: Pick<Seam, 'listEvents'> = { listEvents: () => Promise.reject(new Error('away')) };
    await expect(turn({ id: 'one', seam: away })).rejects.toThrow('away');
    expect(await turn({ id: 'two', seam })).toBe(0);
    const [one, two] = await readCoverage(database.pool);
    expect(one).toMatchObject({ workspaceId: 'one', failure: 'away' });
    expect(two).toMatchObject({ workspaceId: 'two', failure: null });
  });
});

/** So many events of one instant; Seam gives 500 of a type at most. */
const makeCrowd = (count: number, minutes: number): void => {
  const at = ago(minutes).toISOString();
  for (let n = 0; n < count; n++) {
    fake.event('connected_account.disconnected', {
      connected_account_id: `crowd-${n}`,
      created_at: at,
      occurred_at: at,
    });
  }
};
/** The oldest so many stay in Seam's list, so that the one that it never gave comes up. */
const leave = (count: number): void => {
  fake.fake.database.events.length = count;
};
const gaps = async () => (await readQueueStatus(database.db, SHELL)).gaps;

describe('more events of one instant than Seam gives', () => {
  test('what comes is stored, the rest is a gap, and what comes later is found', async () => {
    makeCrowd(501, 200);
    const lost = make(100);
    expect(await turn()).toBe(501);
    expect((await stored()).at(-1)).toMatchObject({ event_id: lost.event_id });
    const { coveredUntil, failure } = await coverage();
    expect(coveredUntil.getTime()).toBeGreaterThan(ago(12).getTime());
    expect(failure).toBeNull();
    expect(await gaps()).toMatchObject([{ workspace_id: null, tries: 0 }]);
  });

  test('is tried again with growing waits until its answer is complete', async () => {
    makeCrowd(501, 200);
    await turn();
    const waits = async () => {
      await database.pool.query('update reconciler.backfill_gaps set next_try_at = now()');
      await makeDue();
      await turn();
      const [gap] = await readGaps(database.pool);
      return gap === undefined
        ? null
        : [gap.tries, Math.round((+gap.nextTryAt - Date.now()) / MINUTE_MS)];
    };
    expect(await waits()).toEqual([1, 20]);
    expect(await waits()).toEqual([2, 40]);
    await database.pool.query('update reconciler.backfill_gaps set tries = 60');
    expect(await waits()).toEqual([61, 24 * 60]);
    leave(499);
    expect(await waits()).toBeNull();
    expect(await gaps()).toEqual([]);
    expect(await stored()).toHaveLength(501);
  });

  test('not before it is due, and of its own workspace', async () => {
    makeCrowd(501, 200);
    await turn({ id: 'one', seam });
    leave(499);
    await makeDue();
    await turn({ id: 'one', seam });
    expect(await gaps()).toHaveLength(1);
    await database.pool.query('update reconciler.backfill_gaps set next_try_at = now()');
    await turn({ id: 'two', seam });
    // "two" has read all of that time, of its own list.
    expect(await gaps()).toMatchObject([{ workspace_id: 'one', tries: 0 }]);
  });
});

describe('silence', () => {
  const silence = async () => (await readQueueStatus(database.db, SHELL)).silence;

  test('what happened before we were installed is none', async () => {
    make(60);
    expect(await turn()).toBe(1);
    expect(await silence()).toEqual([]);
  });

  test('is told with its beginning and size, and is over with the next webhook', async () => {
    await turn();
    // As if it had been installed two hours ago.
    await database.pool.query(
      `update reconciler.backfills set due_at = now(),
         covered_until = now() - interval '2 h', unheard_until = now() - interval '2 h'`,
    );
    const first = make(90);
    make(60);
    await turn();
    expect(await silence()).toEqual([
      { workspace_id: null, since: first.occurred_at, events: 2, last_webhook_event_at: null },
    ]);
    await bring(make(9));
    await makeDue();
    await turn();
    expect(await silence()).toEqual([]);
  });
});

describe("a person's backfill", () => {
  const run = (since: Date, until: Date) =>
    backfill(
      {
        pool: database.pool,
        workspaceId: null,
        seam,
        since,
        until,
        onStored: options().onStored,
        onSlice: () => undefined,
      },
      forever,
    );

  test('reports what was missing by hour; a second one finds it all there', async () => {
    await bring(make(30));
    make(31);
    make(32);
    make(24 * 60 * 3);
    const [since, until] = [ago(24 * 60 * 4), new Date()];
    const report = await run(since, until);
    expect(report).toMatchObject({ listed: 4, missing: 3, doneUntil: until, stoppedBy: null });
    expect(report.hours.reduce((sum, hour) => sum + hour.missing, 0)).toBe(3);
    expect(await run(since, until)).toMatchObject({ listed: 4, missing: 0, hours: [] });
  });

  test('tells how far it got when Seam fails half way, and keeps what it found', async () => {
    make(23 * 60);
    make(10);
    refuse(401, call => call > 1);
    const since = ago(24 * 60);
    const report = await run(since, new Date());
    expect(report).toMatchObject({ listed: 1, missing: 1 });
    expect(report.doneUntil.getTime()).toBe(since.getTime() + 6 * 60 * MINUTE_MS);
    expect(report.stoppedBy).toMatchObject({ reason: 'seam_unauthorized' });
    expect(await stored()).toHaveLength(1);
  });

  test('goes on past what Seam gives only in part, and says so', async () => {
    makeCrowd(501, 60);
    make(30);
    const [since, until] = [ago(120), new Date()];
    const report = await run(since, until);
    expect(report).toMatchObject({ missing: 501, doneUntil: until, stoppedBy: null });
    expect(report.gaps).toHaveLength(1);
    expect(await gaps()).toHaveLength(1);
    leave(400);
    expect(await run(since, until)).toMatchObject({ gaps: [] });
    expect(await gaps()).toEqual([]);
  });

  test('an event that names nothing is stored and shown, and nothing is looked at', async () => {
    const at = ago(5).toISOString();
    fake.event('connected_account.connected', { created_at: at, occurred_at: at });
    expect(await run(ago(60), new Date())).toMatchObject({ missing: 1 });
    expect(await countNow(database.pool)).toEqual([]);
  });
});
