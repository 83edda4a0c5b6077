import { describe, expect, test } from 'vitest';
import { heldUpBy, type Owed, wasLookedAt } from './recovery.ts';
import { percentile } from './report.ts';

const owed = (change: Partial<Owed>): Owed => ({
  subject: 'connect_webview:w1',
  generation: 2,
  observed: 1,
  retrying: false,
  reason: null,
  due: true,
  dueAt: 10_000,
  updatedAt: 10_000,
  ...change,
});
const failed = { retrying: true, due: false, dueAt: 20_000 };

describe('the time to recover', () => {
  test.each([
    ['came due meanwhile', {}, true],
    ['was overdue before', { dueAt: 8_000 }, false],
    ['failed meanwhile', { ...failed, reason: 'seam_unavailable' }, true],
    ['failed before', { ...failed, reason: 'seam_unavailable', updatedAt: 9_000 }, false],
    ['waits for its user', { ...failed, reason: 'user_not_found' }, false],
  ])('counts a subject that %s: %j', (_name, change, counts) => {
    expect(heldUpBy(9_500, [owed(change)])).toHaveLength(counts ? 1 : 0);
  });

  test.each([
    ['nothing is owed any more', undefined, true],
    ['nothing has happened', {}, false],
    ['only news has come', { generation: 3, updatedAt: 11_000 }, false],
    ['it has settled, and news has come', { generation: 3, observed: 2 }, true],
    ['it has failed again', { ...failed, updatedAt: 11_000 }, true],
  ])('ends when a run has finished (%s)', (_name, change, ends) => {
    expect(wasLookedAt(owed({}), change && owed(change))).toBe(ends);
  });

  test('is told by its nearest rank', () => {
    const times = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect([0.5, 0.99, 1].map(share => percentile(times, share))).toEqual([100, 198, 200]);
    expect(percentile([], 0.5)).toBe(0);
  });
});
