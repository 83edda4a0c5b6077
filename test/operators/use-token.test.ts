import type pg from 'pg';
import { expect, test } from 'vitest';
import { useToken } from '../../src/operators/use-token.ts';

test.each([
  '',
  'srk_',
  'srk_short',
  `srk_${'a'.repeat(44)}`,
  `xyz_${'a'.repeat(43)}`,
  `srk_${'ä'.repeat(43)}`,
  `srk_${'a'.repeat(42)}\n`,
])('what could be no token (%j) is asked of no database', async secret => {
  const untouched = {
    query: () => {
      throw new Error('the database was asked');
    },
  } as unknown as pg.Pool;
  expect(await useToken(untouched, secret)).toEqual({ kind: 'refused', why: 'unknown' });
});
