import { expect, test } from 'vitest';
import { CONSOLE_ROUTES } from '../../src/console/routes.ts';
import { pagesOf } from '../fixtures/site/pages.ts';
import { ORDINARY } from '../fixtures/site/words.ts';

test('every page of the console has its place among those that are looked at', () => {
  const paths = CONSOLE_ROUTES.filter(({ method }) => method === 'get').map(({ path }) => path);
  expect(Object.keys(pagesOf(ORDINARY)).sort()).toEqual(paths.toSorted());
});
