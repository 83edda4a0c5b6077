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
      expect(error).toMatchObject({
        status: 429,
        headers: { 'retry-after': '1', ratelimit: '"token";r=0;t=4' },
      });
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

test('what is left is told with each answer, and in how long all of it is back', () => {
  let now = 0;
  const throttle = createThrottle(() => now);
  expect(throttle(1)).toEqual({
    'ratelimit-policy': '"token";q=200;w=4',
    ratelimit: '"token";r=199;t=1',
  });
  for (let asked = 0; asked < 100; asked += 1) throttle(1);
  expect(throttle(1)).toMatchObject({ ratelimit: '"token";r=98;t=3' });
  expect(throttle(2)).toMatchObject({ ratelimit: '"token";r=199;t=1' });
  now += 60_000;
  expect(throttle(1)).toMatchObject({ ratelimit: '"token";r=199;t=1' });
});
