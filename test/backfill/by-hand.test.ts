import { describe, expect, test } from 'vitest';
import { backfill } from '../../src/backfill/backfill.ts';
import { ago, forever, MINUTE_MS, useBackfills } from '../fixtures/backfills.ts';
import { countNow } from '../fixtures/intake.ts';

const site = useBackfills();
const { make, bring, options, stored, refuse, makeCrowd, leave, gaps } = site;

describe("a person's backfill", () => {
  const run = (since: Date, until: Date) =>
    backfill(
      {
        pool: site.database.pool,
        workspaceId: null,
        seam: site.seam,
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
    site.fake.event('connected_account.connected', { created_at: at, occurred_at: at });
    expect(await run(ago(60), new Date())).toMatchObject({ missing: 1 });
    expect(await countNow(site.database.pool)).toEqual([]);
  });
});
