import { expect, test } from 'vitest';
import type { QueueKind } from './faults.ts';
import { planChaos } from './plan.ts';
import type { Report } from './report.ts';
import { chaos, SEED } from './start-chaos.ts';

/** A little of it, to its end. */
export const testChaos = (queue: QueueKind): void => {
  test('loses nothing, doubles nothing, and settles as Seam dictates', async () => {
    const options = { deliveries: 200, faults: 8, gapSeconds: 2, seed: SEED, queue };
    const { code, stdout, stderr } = await chaos([
      ...['--deliveries', String(options.deliveries), '--faults', String(options.faults)],
      ...['--seed', options.seed, '--queue', queue, '--json'],
    ]);
    expect(stdout, stderr).not.toBe('');
    const report = JSON.parse(stdout) as Report;
    expect(report.first_problems, stdout).toEqual([]);
    expect(report).toMatchObject({
      ok: true,
      sent: 200,
      acknowledged: 200,
      lost: 0,
      doubled: 0,
      wrong: 0,
      overlapping: 0,
      unsettled: 0,
      unacknowledged: 0,
      crashed: 0,
      settled: report.subjects,
      stored: report.events,
      faults: 8,
    });
    expect(report.recovery.measured).toBe(8);
    // How many open goes by the pace of the machine: what was told of each is checked in the books.
    expect(report.alerts.messages).toBeGreaterThanOrEqual(2 * report.alerts.opened);
    expect(report.plan.faults.map(({ kind }) => kind)).toEqual(
      planChaos(options).faults.map(({ kind }) => kind),
    );
    expect(code).toBe(0);
  }, 900_000);
};
