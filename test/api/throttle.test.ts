import { expect, test } from 'vitest';
import { createThrottle } from '../../src/api/throttle.ts';

test('a token that asks without end is told to wait, and nobody else is', () => {
  let now = 0;
  const throttle = createThrottle(() => now);
  const ask = (tokenId: number): boolean => {
    try {
      throttle(tokenId);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
      return false;
    }
  };
  const many = (tokenId: number): number =>
    Array.from({ length: 500 }, () => ask(tokenId)).filter(Boolean).length;
  expect(many(1)).toBe(200);
  expect(ask(2)).toBe(true);
  now += 1_000;
  expect(many(1)).toBe(50);
  now += 3_600_000;
  expect(many(1)).toBe(200);
});
