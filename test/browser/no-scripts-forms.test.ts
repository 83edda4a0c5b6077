import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from '../fixtures/browser.ts';
import { FORMS } from '../fixtures/site/forms.ts';
import { FORMS_OF_SHARED_WORK } from '../fixtures/site/forms-of-shared-work.ts';
import { openTour, type Tour } from '../fixtures/site/visit.ts';

describe.skipIf(!hasChromium())('forms without JavaScript', () => {
  let tour: Tour;
  beforeAll(async () => {
    tour = await openTour({}, { javaScriptEnabled: false });
  });
  afterAll(() => tour[Symbol.asyncDispose]());

  test.each([...FORMS, ...FORMS_OF_SHARED_WORK])(
    '$page: its form "$press" is sent, and says what was done',
    async form => {
      const { page } = (await tour.visit({ path: form.page, fill: 'full', face: form.face ?? 0 }))
        .tab;
      await form.fillIn?.(page);
      const button = page.locator('main').getByRole('button', { name: form.press });
      const answered = page.waitForResponse(
        response => response.request().method() === form.method,
      );
      await button.first().click();
      expect((await answered).status()).toBeLessThan(400);
      await page.getByText(form.told).first().waitFor();
    },
  );
});
