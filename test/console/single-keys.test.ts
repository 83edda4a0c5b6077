import { describe, expect, test } from 'vitest';
import { chooseSingleKeys, hasSingleKeys } from '../../src/console/single-keys.ts';

describe('who wants no single keys', () => {
  test('is kept for each who signs in to this browser', () => {
    const one = chooseSingleKeys(null, 3, false);
    const both = chooseSingleKeys(one, 17, false);
    expect([3, 17, 4].map(id => hasSingleKeys(both, id))).toEqual([false, false, true]);
    const again = chooseSingleKeys(both, 3, true);
    expect([3, 17].map(id => hasSingleKeys(again, id))).toEqual([true, false]);
    expect(chooseSingleKeys(again, 17, false)).toBe('17');
  });

  test('is nobody where the cookie is none of ours', () => {
    for (const cookie of [null, '', 'x', '3;17', '-3', '<script>']) {
      expect(hasSingleKeys(cookie, 3)).toBe(true);
    }
    let cookie = '';
    for (let id = 1; id <= 200; id++) cookie = chooseSingleKeys(cookie, id, false);
    expect(cookie.length).toBeLessThan(1_000);
  });
});
