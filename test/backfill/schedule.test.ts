import { describe, expect, test, vi } from 'vitest';
import { readCoverage, takeDueBackfill } from '../../src/backfill/coverage.ts';
import type { Seam } from '../../src/seam/client.ts';
import { ago, MINUTE_MS, useBackfills } from '../fixtures/backfills.ts';
import { countNow } from '../fixtures/intake.ts';

const site = useBackfills();
const { make, bring, turn, makeDue, coverage, stored, refuse } = site;

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
    expect(site.nudges).toHaveLength(1);
    expect(await countNow(site.database.pool)).toMatchObject([
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
    await site.database.pool.query(
      "update reconciler.backfills set due_at = now(), covered_until = now() + interval '1 h'",
    );
    expect((await coverage()).coveredUntil.getTime()).toBeLessThanOrEqual(Date.now());
    make(30);
    expect(await turn()).toBe(1);
    const { rows } = await site.database.pool.query(
      'select covered_until <= now() as is_past from reconciler.backfills',
    );
    expect(rows).toEqual([{ is_past: true }]);
  });

  test('goes on from its cursor, however long it was away', async () => {
    await turn();
    await site.database.pool.query(
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
      site.fake.interfere(null);
      await makeDue();
      expect(await turn()).toBe(1);
      expect(await coverage()).toMatchObject({ failingSince: null, failure: null });
    },
  );

  test('an answer that is too large to be read is asked for in smaller ones at the next turn', async () => {
    for (let minutes = 100; minutes < 160; minutes++) make(minutes);
    site.fake.interfere((path, { limit }) =>
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
    const take = () => takeDueBackfill(site.database.pool, null, 24);
    const taken = await Promise.all([take(), take(), take()]);
    expect(taken.filter(row => row !== null)).toHaveLength(1);
    expect(await turn()).toBeNull();
    await site.database.pool.query('update reconciler.backfills set leased_until = now()');
    expect(await turn()).toBe(0);
    expect(await turn()).toBeNull();
  });

  test('each workspace has a cursor of its own', async () => {
    const away: Pick<Seam, 'listEvents'> = { listEvents: () => Promise.reject(new Error('away')) };
    await expect(turn({ id: 'one', seam: away })).rejects.toThrow('away');
    expect(await turn({ id: 'two', seam: site.seam })).toBe(0);
    const [one, two] = await readCoverage(site.database.pool);
    expect(one).toMatchObject({ workspaceId: 'one', failure: 'away' });
    expect(two).toMatchObject({ workspaceId: 'two', failure: null });
  });
});
