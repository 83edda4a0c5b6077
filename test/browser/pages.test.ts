import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONSOLE_ROUTES } from '../../src/console/routes.ts';
import { hasChromium } from '../fixtures/browser.ts';
import {
  accessibilityFaults,
  injectionFaults,
  motionFaults,
  sidewaysFaults,
} from '../fixtures/inspect.ts';
import { pagesOf } from '../fixtures/site/pages.ts';
import { allPages, openTour, type Tour } from '../fixtures/site/visit.ts';
import { ORDINARY } from '../fixtures/site/words.ts';

test('every page of the console has its place among those that are looked at', () => {
  const paths = CONSOLE_ROUTES.filter(({ method }) => method === 'get').map(({ path }) => path);
  expect(Object.keys(pagesOf(ORDINARY)).sort()).toEqual(paths.toSorted());
});

describe.skipIf(!hasChromium())('every page, full, empty and in error', () => {
  let tour: Tour;
  beforeAll(async () => {
    tour = await openTour();
  });
  afterAll(() => tour[Symbol.asyncDispose]());

  test.each(allPages(['full', 'empty', 'error']))(
    '$path ($face), $fill: readable by everybody, at any width, and still',
    async each => {
      const { tab, status } = await tour.visit(each);
      if (each.fill === 'full') expect(status).toBe(200);
      if (each.fill === 'error') expect(status).toBeGreaterThanOrEqual(400);
      expect(await accessibilityFaults(tab.page)).toEqual([]);
      expect(await sidewaysFaults(tab.page)).toEqual([]);
      expect(await motionFaults(tab.page)).toEqual([]);
      expect(await injectionFaults(tab.page)).toEqual([]);
    },
  );
});
