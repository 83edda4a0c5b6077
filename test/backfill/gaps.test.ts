import { describe, expect, test } from 'vitest';
import { readGaps } from '../../src/backfill/gaps.ts';
import { ago, MINUTE_MS, useBackfills } from '../fixtures/backfills.ts';

const site = useBackfills();
const { make, turn, makeDue, coverage, stored, makeCrowd, leave, gaps } = site;

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
      await site.database.pool.query('update reconciler.backfill_gaps set next_try_at = now()');
      await makeDue();
      await turn();
      const [gap] = await readGaps(site.database.pool);
      return gap === undefined
        ? null
        : [gap.tries, Math.round((+gap.nextTryAt - Date.now()) / MINUTE_MS)];
    };
    expect(await waits()).toEqual([1, 20]);
    expect(await waits()).toEqual([2, 40]);
    await site.database.pool.query('update reconciler.backfill_gaps set tries = 60');
    expect(await waits()).toEqual([61, 24 * 60]);
    leave(499);
    expect(await waits()).toBeNull();
    expect(await gaps()).toEqual([]);
    expect(await stored()).toHaveLength(501);
  });

  test('not before it is due, and of its own workspace', async () => {
    makeCrowd(501, 200);
    await turn({ id: 'one', seam: site.seam });
    leave(499);
    await makeDue();
    await turn({ id: 'one', seam: site.seam });
    expect(await gaps()).toHaveLength(1);
    await site.database.pool.query('update reconciler.backfill_gaps set next_try_at = now()');
    await turn({ id: 'two', seam: site.seam });
    // "two" has read all of that time, of its own list.
    expect(await gaps()).toMatchObject([{ workspace_id: 'one', tries: 0 }]);
  });
});
