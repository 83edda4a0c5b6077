import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { takeScheduled } from '../../src/drift/lease.ts';
import {
  beginComparison,
  ComparisonTakenError,
  findUnfinished,
  readLatest,
} from '../../src/drift/records.ts';
import { compareIfDue } from '../../src/drift/schedule.ts';
import { walk } from '../../src/drift/walk.ts';
import { putUpHold } from '../../src/reconcile/holds.ts';
import type { Requested } from '../../src/reconcile/request.ts';
import { forever, ignore, useAudits } from '../fixtures/audits.ts';
import { silentLog } from '../fixtures/settings.ts';

const site = useAudits();
const { atSeam, here, comparer, findings } = site;

let asked: string[] = [];
beforeEach(async () => {
  asked = [];
  await site.database.pool.query('truncate reconciler.workspace_holds');
});

/** A turn of some process, of a night at whatever time it is. */
const turn = (signal: AbortSignal = forever) =>
  compareIfDue(
    {
      ...comparer(),
      db: site.database.db,
      atMinutes: 210,
      pagePauseMs: 0,
      onAsked: (looks: readonly Requested[]) => {
        asked.push(...looks.map(({ subject }) => subject));
      },
      log: silentLog,
    },
    signal,
  );

const query = (text: string) => site.database.pool.query(text);
/** So that there is something from before the last night. */
const lived = () =>
  query(`insert into reconciler.deliveries (event_id, event_type, subject, body, signature, received_at)
         values ('old', 'connected_account.created', 'connected_account:old', '', '{}', now() - interval '3 days')`);
const aDayLater = () =>
  query(`update reconciler.audits set started_at = started_at - interval '1 day'`);
const leaseIsOver = () => query(`update reconciler.audits set leased_until = now()`);
const count = async (): Promise<number> => {
  const { rows } = await query('select count(*)::int as n from reconciler.audits');
  return rows[0]?.n ?? 0;
};
/** Seam answers so many pages, and then as it is told. */
const failAfter = (
  pages: number,
  respond: (status: { writeHead: (code: number) => { end: (body: string) => void } }) => void,
) => {
  let calls = 0;
  site.fake.interfere(path =>
    path === '/connected_accounts/list' && ++calls > pages ? response => respond(response) : null,
  );
};

describe('the nightly comparison', () => {
  test('begins in the first night, and then once a night', async () => {
    expect(await turn()).toBeNull();
    await lived();
    expect(await turn()).toMatchObject({ phase: 'done', isScheduled: true });
    expect(await turn()).toBeNull();
    await aDayLater();
    expect(await turn()).not.toBeNull();
    expect(await count()).toBe(2);
  });

  test('of several processes at once, one does it', async () => {
    await lived();
    for (let n = 0; n < 5; n++) atSeam({ id: 'ada' });
    const ended = await Promise.all([turn(), turn(), turn()]);
    expect(ended.filter(one => one !== null)).toHaveLength(1);
    expect(await count()).toBe(1);
  });

  test('ends what two nights missed, and says so to the queue', async () => {
    await lived();
    for (let n = 0; n < 3; n++) await here(atSeam({ id: 'ada' }), 'ada');
    const id = await here(randomUUID(), 'ada');
    await turn();
    expect(asked).toEqual([]);
    await aDayLater();
    const second = await turn();
    expect(second?.withheld).toBeNull();
    expect(asked).toEqual([`connected_account:${id}`]);
  });

  test('killed half way, another goes on from there; whoever comes back late writes nothing', async () => {
    await lived();
    for (let n = 0; n < 5; n++) atSeam({ id: 'ada' });
    const left = await takeScheduled(site.database.pool, 210);
    if (left === null) throw new Error('it was due');
    const stop = new AbortController();
    const stopped = walk(comparer(), left, () => stop.abort(new Error('killed')), stop.signal);
    await expect(stopped).rejects.toThrow('killed');
    expect(await turn()).toBeNull();
    await leaseIsOver();
    expect(await turn()).toMatchObject({ id: left.id, phase: 'done', listed: 5 });
    await expect(walk(comparer(), left, ignore, forever)).rejects.toThrow(ComparisonTakenError);
    expect(await count()).toBe(1);
  });

  test('killed between its end and letting go, another lets go', async () => {
    await lived();
    for (let n = 0; n < 3; n++) await here(atSeam({ id: 'ada' }), 'ada');
    await here(randomUUID(), 'ada');
    await turn();
    await aDayLater();
    const left = await takeScheduled(site.database.pool, 210);
    if (left === null) throw new Error('it was due');
    await walk(comparer(), left, ignore, forever);
    await leaseIsOver();
    expect(await turn()).toMatchObject({ id: left.id });
    expect(asked).toHaveLength(1);
    expect(await turn()).toBeNull();
  });

  test('says why it doesn’t get on, waits, and goes on where it was', async () => {
    await lived();
    for (let n = 0; n < 5; n++) atSeam({ id: 'ada' });
    failAfter(1, response => response.writeHead(429).end('{}'));
    expect(await turn()).toBeNull();
    const { latest, finished } = await readLatest(site.database.pool);
    expect(latest).toMatchObject({ listed: 2, failure: expect.stringMatching(/^Seam: /) });
    expect(finished).toBeNull();
    site.fake.interfere(null);
    expect(await turn()).toBeNull();
    await leaseIsOver();
    expect(await turn()).toMatchObject({ id: latest?.id, listed: 5, phase: 'done' });
    expect((await readLatest(site.database.pool)).latest?.failure).toBeNull();
  });

  test('begins anew, a while later, where Seam no longer knows the page', async () => {
    await lived();
    for (let n = 0; n < 5; n++) atSeam({ id: 'ada' });
    failAfter(1, response =>
      response
        .writeHead(400)
        .end('{"error":{"type":"invalid_input","message":"no such page","request_id":"r"}}'),
    );
    expect(await turn()).toBeNull();
    site.fake.interfere(null);
    expect(await turn()).toBeNull();
    await leaseIsOver();
    const ended = await turn();
    expect(ended).toMatchObject({ listed: 5 });
    const { rows } = await query('select failure, finished_at from reconciler.audits order by id');
    expect(rows).toMatchObject([
      { failure: expect.stringContaining('began again'), finished_at: null },
      { failure: null, finished_at: expect.any(Date) },
    ]);
  });

  test('leaves a workspace in peace whose queue is held', async () => {
    await lived();
    atSeam({ id: 'ada' });
    await putUpHold(site.database.db, {
      workspaceId: null,
      reason: 'seam_unavailable',
      detail: 'down',
      seamRequestId: null,
      waitMs: 0,
    });
    expect(await turn()).toBeNull();
    expect((await readLatest(site.database.pool)).latest).toMatchObject({ listed: 0 });
    await query('truncate reconciler.workspace_holds');
    await leaseIsOver();
    expect(await turn()).toMatchObject({ listed: 1 });
  });

  test('a person’s comparison and it don’t disturb each other', async () => {
    await lived();
    const id = await here(atSeam({ id: 'ada' }), 'ada');
    atSeam({ id: 'grace' });
    const own = await beginComparison(site.database.pool);
    const scheduled = await turn();
    expect(await findUnfinished(site.database.pool)).toMatchObject({ id: own.id });
    const walked = await walk(comparer(), own, ignore, forever);
    expect(walked.counts).toEqual(scheduled?.counts);
    expect((await findings(walked)).has(id)).toBe(false);
    // And a person has nothing to go on with that is the schedule's.
    expect(await findUnfinished(site.database.pool)).toBeNull();
  });
});
