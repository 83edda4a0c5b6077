import { expect, test } from 'vitest';
import { prefixesOf } from '../../../src/support/finding/prefixes.ts';

const many = (count: number, make: (n: number) => string): string[] =>
  Array.from({ length: count }, (_, n) => make(n));

test.each<[string, string[], [string, number][]]>([
  ['a tenant’s', [...many(300, n => `tenant-9:u${n}`), 'x', 'y'], [['tenant-9:', 300]]],
  [
    'two tenants, and what they have in common',
    [...many(20, n => `tenant-9:${n}`), ...many(8, n => `tenant-10:${n}`), 'z'],
    [
      ['tenant-', 28],
      ['tenant-9:', 20],
      ['tenant-10:', 8],
    ],
  ],
  ['what all have, too', many(40, n => `user_${n}`), [['user_', 40]]],
  [
    'whose ids they are, not how each goes on',
    [...many(30, n => `tenant-9:user_${n}`), 'q'],
    [['tenant-9:', 30]],
  ],
  ['too few are none', ['a:1', 'a:2', 'b', 'c'], []],
  [
    'an id that ends with a separator begins with no part of itself',
    [...many(5, () => 'abc:'), 'q'],
    [],
  ],
  [
    'longer beginnings go before shorter ones of the same ids',
    [...many(9, n => `org/7/${n}`), 'q'],
    [['org/7/', 9]],
  ],
  ['nothing', [], []],
])('%s', (_, ids, expected) => {
  expect(prefixesOf(ids).map(({ prefix, count }) => [prefix, count])).toEqual(expected);
});

test('five at most', () => {
  const ids = many(80, n => `g${n % 8}:${n}`);
  expect(prefixesOf(ids)).toHaveLength(5);
});
