import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from '../fixtures/browser.ts';
import { injectionFaults, sidewaysFaults } from '../fixtures/inspect.ts';
import { allPages, openTour, type Tour } from '../fixtures/site/visit.ts';
import { HOSTILE } from '../fixtures/site/words.ts';

describe.skipIf(!hasChromium())('texts that would run, mislead or burst the page', () => {
  let tour: Tour;
  let faults: readonly string[] = [];
  /** How many of them are of the pages before this one. */
  let told = 0;
  beforeAll(async () => {
    tour = await openTour({ words: HOSTILE });
  });
  afterEach(() => {
    told = faults.length;
  });
  afterAll(() => tour[Symbol.asyncDispose]());

  test.each(allPages(['full']))(
    '$path ($face) shows them as texts, and its links stay here',
    async each => {
      const { tab, status } = await tour.visit(each);
      const { page } = tab;
      faults = tab.faults;
      expect(status).toBe(200);
      // What a mouse passes over, or a click opens, must not run either.
      for (const summary of await page.locator('summary').all()) await summary.click();
      expect(await injectionFaults(page)).toEqual([]);
      expect(await sidewaysFaults(page)).toEqual([]);
      expect(faults.slice(told)).toEqual([]);
      const links = await page
        .locator('a[href], form[action]')
        .evaluateAll(all =>
          all.map(link => Reflect.get(link, 'href') ?? Reflect.get(link, 'action')),
        );
      const elsewhere = links.filter(link => !String(link).startsWith(`${tour.full.url}/support`));
      expect(elsewhere).toEqual([]);
    },
  );
});
