import { expect, test } from 'vitest';
import { DELIVERIES_A_YEAR, extrapolate, shapeOfYear } from './year-shape.ts';

test('a year of a large app comes to these rows', () => {
  expect(shapeOfYear(DELIVERIES_A_YEAR)).toEqual({
    connections: 12_500_000,
    failed: 250_000,
    keptDeliveries: 753_425,
    keptRuns: 251_142,
    deliveries: 13_082_192,
    runs: 4_360_731,
    users: 6_250_000,
    deliveriesAnHour: 5_708,
    runsAnHour: 1_903,
    expectedWebviews: 5_308_219,
    abandonedWebviews: 308_219,
    deletedAccounts: 1_250_000,
    emptiedAccounts: 941_781,
    auditLog: 250_000,
    notes: 250_000,
    bulkRuns: 62,
    bulkItems: 61_644,
    comparisons: 30,
    findings: 375_000,
    acknowledgements: 11_520,
    apiAnswers: 1_370,
  });
});

test('a part of it is that part of all rows, but for what the size of the app does not change', () => {
  const full = shapeOfYear(DELIVERIES_A_YEAR);
  const part = shapeOfYear(DELIVERIES_A_YEAR / 100);
  const { comparisons, acknowledgements, bulkRuns, ...grow } = part;
  expect({ comparisons, acknowledgements, bulkRuns }).toEqual({
    comparisons: 30,
    acknowledgements: 11_520,
    bulkRuns: 1,
  });
  for (const [what, rows] of Object.entries(grow)) {
    expect(rows, what).toBeCloseTo(full[what as keyof typeof full] / 100, -2);
  }
});

const FACTOR = { between: 4, toFull: 25 };

test.each([
  { small: 10, large: 10, growth: 'flat', full: 10 },
  { small: 10, large: 12.9, growth: 'flat', full: 12.9 },
  { small: 10, large: 4, growth: 'flat', full: 4 },
  { small: 10, large: 40, growth: 'linear', full: 1_000 },
  { small: 10, large: 20, growth: 'linear', full: 100 },
  // The exponent is under a half.
  { small: 10, large: 16, growth: 'slow', full: 47.7 },
])('from $small to $large is $growth', ({ small, large, growth, full }) => {
  const told = extrapolate({ small, large }, FACTOR);
  expect(told.growth).toBe(growth);
  expect(told.full).toBeCloseTo(full, 1);
});

test('what goes through as much in both goes through no more in a year', () => {
  const told = extrapolate({ small: 10, large: 40 }, { between: 1, toFull: 1 });
  expect(told).toEqual({ growth: 'flat', full: 40 });
});

test('the figures may say one thing, and what tells the growth better another', () => {
  const noisy = { small: 10, large: 20 };
  expect(extrapolate(noisy, FACTOR, { small: 7, large: 7 })).toEqual({ growth: 'flat', full: 20 });
  expect(extrapolate({ small: 10, large: 10 }, FACTOR, { small: 7, large: 28 })).toEqual({
    growth: 'linear',
    full: 250,
  });
});
