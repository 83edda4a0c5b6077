import { describe, expect, test } from 'vitest';
import { readSlices } from '../../src/backfill/slices.ts';
import type { Seam } from '../../src/seam/client.ts';
import { SeamError } from '../../src/seam/errors.ts';
import { withRetries } from '../../src/seam/with-retries.ts';

const FROM = Date.parse('2026-11-01T00:00Z');
const HOUR_MS = 3_600_000;
const forever = new AbortController().signal;

/** Lists as Seam documents it: both ends excluded, in no order, `limit` of them and no word of the others. */
const seamWith = (times: readonly number[]) => {
  const calls: number[] = [];
  const listEvents: Seam['listEvents'] = async ({ after, before, limit }) => {
    const found = times.filter(at => at > after.getTime() && at < before.getTime());
    calls.push(found.length);
    return found
      .toReversed()
      .slice(0, limit)
      .map(at => ({ at }));
  };
  return { listEvents, calls };
};

const readAll = async (seam: Pick<Seam, 'listEvents'>, until: number, limit: number) => {
  const slices = [];
  for await (const slice of readSlices(seam, new Date(FROM), new Date(until), forever, limit)) {
    slices.push(slice);
  }
  return slices;
};

describe('reading all events of a stretch of time', () => {
  test('busy and quiet times, events on the edges: none is left out, the slices follow each other', async () => {
    const until = FROM + 40 * 24 * HOUR_MS;
    const busy = Array.from({ length: 500 }, (_, n) => FROM + 30 * HOUR_MS + n * 7_001);
    const edges = [FROM, FROM + 6 * HOUR_MS, FROM + 18 * HOUR_MS, until - 1];
    const seam = seamWith([...edges, ...busy]);
    const slices = await readAll(seam, until, 20);
    const read = new Set(slices.flatMap(slice => slice.events.map(event => event.at)));
    expect(read).toEqual(new Set([...edges, ...busy]));
    const untils = slices.map(slice => slice.until.getTime());
    expect(untils.at(-1)).toBe(until);
    expect(slices.map(slice => slice.from.getTime())).toEqual([FROM, ...untils.slice(0, -1)]);
    expect(Math.max(...slices.map(slice => slice.events.length))).toBeLessThan(20);
  });

  test('a quiet year costs weeks, not hours', async () => {
    const seam = seamWith([]);
    await readAll(seam, FROM + 365 * 24 * HOUR_MS, 200);
    expect(seam.calls.length).toBeLessThan(70);
  });

  /** Events of one instant, the second half of them of another type; and one an hour later. */
  const crowd = (each: number) => {
    const [type, other] = ['connected_account.disconnected', 'connected_account.deleted'] as const;
    const made = Array.from({ length: 2 * each }, (_, n) => ({
      n,
      at: FROM + 1_000,
      type: n < each ? type : other,
    }));
    const all = [...made, { n: 2 * each, at: FROM + HOUR_MS, type }];
    const listEvents: Seam['listEvents'] = async ({ after, before, limit, eventTypes }) =>
      all
        .filter(({ at }) => at > after.getTime() && at < before.getTime())
        .filter(event => eventTypes === undefined || eventTypes.some(each => each === event.type))
        .slice(0, limit);
    return { listEvents };
  };
  const numbersIn = (slices: readonly { events: readonly { n?: unknown }[] }[]) =>
    slices.flatMap(slice => slice.events.map(({ n }) => Number(n))).toSorted((a, b) => a - b);

  test('more in one millisecond than Seam lists at once is read type by type', async () => {
    const slices = await readAll(crowd(4), FROM + 2 * HOUR_MS, 5);
    expect(numbersIn(slices)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(slices.every(({ isWhole }) => isWhole)).toBe(true);
  });

  test('where that is too much, too, what came is given out, the rest is told, and it goes on', async () => {
    const slices = await readAll(crowd(6), FROM + 2 * HOUR_MS, 5);
    expect(numbersIn(slices)).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 12]);
    expect(slices.filter(({ isWhole }) => !isWhole)).toEqual([
      {
        from: new Date(FROM + 1_000),
        until: new Date(FROM + 1_001),
        events: [],
        isWhole: false,
      },
    ]);
    expect(slices.at(-1)?.until).toEqual(new Date(FROM + 2 * HOUR_MS));
  });
});

describe('patience with Seam', () => {
  const failing = (error: SeamError, times: number) => {
    let calls = 0;
    const ask = async (): Promise<number> => {
      calls += 1;
      if (calls <= times) throw error;
      return calls;
    };
    return ask;
  };
  const waits: number[] = [];
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  const throttled = (retryAfterMs: number | null): SeamError =>
    new SeamError('seam_rate_limited', '429', { isOutage: true, retryAfterMs });

  test('waits as long as Seam says, else longer each time', async () => {
    waits.length = 0;
    expect(await withRetries(failing(throttled(7_000), 2), forever, wait)).toBe(3);
    expect(await withRetries(failing(throttled(null), 3), forever, wait)).toBe(4);
    expect(waits).toEqual([7_000, 7_000, 1_000, 2_000, 4_000]);
  });

  test.each([
    ['a refused key', new SeamError('seam_unauthorized', '401', { isOutage: true }), 1],
    ['what can not be read', new SeamError('seam_unavailable', 'unreadable'), 1],
    ['a wait of an hour', throttled(3_600_000), 1],
    ['five failures', throttled(0), 5],
  ])('gives up at %s', async (_name, error, times) => {
    await expect(withRetries(failing(error, times), forever, wait)).rejects.toBe(error);
  });
});
