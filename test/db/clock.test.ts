import { expect, test } from 'vitest';
import { clockOf, describeSkew } from '../../src/db/clock.ts';

const HERE = 1_800_000_000_000;
/** Asked at HERE and answered so much later, the database said that it was so many ms later than HERE. */
const told = (databaseMs: number, roundTripMs: number) =>
  clockOf(new Date(HERE + databaseMs), HERE, HERE + roundTripMs);

test('the database is read half way between asking and the answer', () => {
  expect(told(50, 100)).toMatchObject({ aheadMs: 0, uncertainMs: 50 });
  expect(told(-950, 100)).toMatchObject({ aheadMs: 1_000 });
});

test.each([
  [-4_900, 0, null],
  [5_000, 0, null],
  [-5_600, 0, '6 s ahead of'],
  [3_600_000, 0, '3600 s behind'],
  // Of what took this long, nothing can be told: the clocks may agree.
  [0, 20_000, null],
  [20_000, 20_000, null],
  [30_000, 20_000, '20 s behind'],
])('%i ms with a round trip of %i ms: %s', (databaseMs, roundTripMs, words) => {
  const expected = words === null ? null : `this process's clock is ${words} the database's`;
  expect(describeSkew(told(databaseMs, roundTripMs))).toBe(expected);
});
