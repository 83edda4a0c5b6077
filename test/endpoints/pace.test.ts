import { expect, test } from 'vitest';
import { createPace } from '../../src/endpoints/pace.ts';

test('goes evenly, makes up for a timer that was late, and saves nothing up', () => {
  let now = 1_000;
  const pace = createPace(20, () => now);
  expect(pace.waitMs()).toBe(0);
  pace.went();
  expect(pace.waitMs()).toBe(50);
  now += 53;
  expect(pace.waitMs()).toBe(0);
  pace.went();
  expect(pace.waitMs()).toBe(47);
  now += 10_000;
  pace.went();
  expect(pace.waitMs()).toBe(50);
});
