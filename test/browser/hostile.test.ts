import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from '../fixtures/browser.ts';
import { injectionFaults, sidewaysFaults } from '../fixtures/inspect.ts';
import { allPages, openTour, type Tour } from '../fixtures/site/visit.ts';
import { HOSTILE } from '../fixtures/site/words.ts';

/** Where links, forms and buttons lead to. As the attributes say: a field that is called `action` would hide its form's. */
const LINKS = `['href', 'action', 'formaction'].flatMap(name =>
  [...document.querySelectorAll('a[href], form[action], button[formaction]')]
    .filter(each => each.hasAttribute(name))
    .map(each => new URL(each.getAttribute(name), document.baseURI).href))`;

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
      const links = await page.evaluate<string[]>(LINKS);
      const elsewhere = links.filter(link => !link.startsWith(`${tour.full.url}/support`));
      expect(elsewhere).toEqual([]);
    },
  );
});
