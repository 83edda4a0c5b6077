import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from '../fixtures/browser.ts';
import { allPages, openTour, type Tour } from '../fixtures/site/visit.ts';

describe.skipIf(!hasChromium())('without JavaScript', () => {
  let tour: Tour;
  beforeAll(async () => {
    tour = await openTour({}, { javaScriptEnabled: false });
  });
  afterAll(() => tour[Symbol.asyncDispose]());

  test.each(allPages(['full']))(
    '$path ($face): all there is to read, and no button is dead',
    async each => {
      const { tab, status } = await tour.visit(each);
      const { page } = tab;
      expect(status).toBe(200);
      expect(await page.locator('main h1').count()).toBe(1);
      const dead = page.locator('button[type="button"]:visible, a[href="#"]:visible');
      expect(await dead.allTextContents()).toEqual([]);
      const unsent = page.locator('main form button[type="submit"]:visible:not([disabled])');
      for (const button of await unsent.all()) {
        expect(await button.evaluate(element => Reflect.get(element, 'form') !== null)).toBe(true);
      }
    },
  );
});
