import { describe, expect, test } from 'vitest';
import { workerlessSince } from '../../src/vitals/workers.ts';

const NOW = new Date('2026-11-28T05:00:00.000Z');
const ago = (seconds: number): string => new Date(NOW.getTime() - seconds * 1_000).toISOString();
const seen = (seconds: number, works = true) => ({ works, seenAt: ago(seconds) });
const found = (measured: number, since: string | null) => ({
  measuredAt: ago(measured),
  workerlessSince: since,
});

describe('since when no worker is heard of', () => {
  test('is nothing where one was, however long there was none', () => {
    expect(workerlessSince([seen(90), seen(29)], NOW, found(10, ago(500)))).toBeNull();
  });

  test.each([
    ['none at all', []],
    ['one that was killed long ago', [seen(90 * 60)]],
    ['a process without a worker', [seen(0, false)]],
  ])('is from when it is found: %s', (_what, processes) => {
    expect(workerlessSince(processes, NOW, null)).toBe(ago(0));
    expect(workerlessSince(processes, NOW, found(10, null))).toBe(ago(0));
  });

  test('goes on, whoever has found it', () => {
    expect(workerlessSince([seen(90)], NOW, found(59, ago(100)))).toBe(ago(100));
  });

  test('begins again where nobody has measured: the database was away, and nobody could be heard of', () => {
    expect(workerlessSince([seen(90)], NOW, found(60, ago(600)))).toBe(ago(0));
  });

  test('is counted anew by what an older version has written down', () => {
    const older = { measuredAt: ago(10) } as ReturnType<typeof found>;
    expect(workerlessSince([], NOW, older)).toBe(ago(0));
  });
});
