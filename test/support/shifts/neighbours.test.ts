import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { caseNamed } from '../../../src/support/cases/members.ts';
import { NO_FILTER } from '../../../src/support/finding/connection-filter.ts';
import { neighboursOf, type Place } from '../../../src/support/shifts/neighbours.ts';
import { snooze } from '../../../src/support/shifts/snooze.ts';
import { useShifts } from '../../fixtures/shifts.ts';

/* Going through a list, a case after the other. */

const shifts = useShifts();
const OPEN = { ...NO_FILTER, state: 'open' } as const;

/** In the order of the list: the latest first. Three have changed at the very same time. */
const keys: string[] = [];
const AT = ['12:00:00.000300', '12:00:00.000300', '12:00:00.000300', '11:00:00.5', '10:00:00'];

const change = (key: string, at: string, state = 'failed') =>
  shifts.database.pool.query(
    `update reconciler.reconciliations
        set updated_at = $2, state = $3, reason = case when $3 = 'failed' then 'user_not_found' end
      where subject = $1`,
    [key, at, state],
  );
const placeOf = async (subject: string): Promise<Place> => {
  const { rows } = await shifts.database.pool.query<{ at: Date }>(
    'select updated_at as at from reconciler.reconciliations where subject = $1',
    [subject],
  );
  return { at: rows[0]?.at.toISOString() ?? '', subject };
};
const walk = async (direction: 'previous' | 'next', from: string, place: Place | null = null) => {
  const met: string[] = [];
  let at: { key: string; place: Place | null } | null = { key: from, place };
  while (at !== null) {
    met.push(at.key);
    const found = await caseNamed(shifts.database.pool, at.key);
    const given = { filter: OPEN, place: at.place };
    at = (await neighboursOf(shifts.database, shifts.grace, found, given))[direction];
  }
  return met;
};

beforeAll(async () => {
  for (const at of AT) {
    const id = randomUUID();
    await shifts.add(`connected_account:${id}`, id);
    await change(`connected_account:${id}`, `2026-11-20T${at}Z`);
    keys.push(`connected_account:${id}`);
  }
  // Of those that share a time, the list has the greatest subject first.
  keys.splice(0, 3, ...keys.slice(0, 3).toSorted().toReversed());
});

describe('the cases of a list', () => {
  test('are each met once, forwards and backwards, also those of one moment', async () => {
    const [first = '', last = ''] = [keys.at(0), keys.at(-1)];
    expect(await walk('next', first, await placeOf(first))).toEqual(keys);
    expect(await walk('previous', last, await placeOf(last))).toEqual(keys.toReversed());
  });

  test('go on from where the case stood, also without its place', async () => {
    expect(await walk('next', keys[3] ?? '')).toEqual(keys.slice(3));
  });

  test('go on from the place of a case that has been settled meanwhile', async () => {
    const [, second = '', third = '', fourth = ''] = keys;
    const place = await placeOf(second);
    await change(second, '2026-11-25T00:00:00Z', 'linked');
    const found = await caseNamed(shifts.database.pool, second);
    const given = { filter: OPEN, place };
    const { previous, next } = await neighboursOf(shifts.database, shifts.grace, found, given);
    expect([previous?.key, next?.key]).toEqual([keys[0], third]);
    expect(await walk('next', third, next?.place)).toEqual([third, fourth, keys[4]]);
    await change(second, '2026-11-20T12:00:00.0003Z');
  });

  test('are those of the list: what sleeps is passed over', async () => {
    const [, , , fourth = '', fifth = ''] = keys;
    await snooze(shifts.database, shifts.grace, fourth, { until: null, untilNews: true });
    const third = keys[2] ?? '';
    expect(await walk('next', third, await placeOf(third))).toEqual([third, fifth]);
  });
});
