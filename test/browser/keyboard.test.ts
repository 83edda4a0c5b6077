import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GO_KEYS, SHORTCUTS } from '../../src/console/view/shortcuts.ts';
import { hasChromium } from '../fixtures/browser.ts';
import { allPages, openTour, type Tour } from '../fixtures/site/visit.ts';

describe.skipIf(!hasChromium())('by keyboard alone', () => {
  let tour: Tour;
  beforeAll(async () => {
    tour = await openTour({ fills: ['empty'] });
  });
  afterAll(() => tour[Symbol.asyncDispose]());

  test('"/" goes to the search, and what is typed there is text', async () => {
    const [home] = allPages(['empty']);
    if (home === undefined) throw new Error('there is no page');
    const { page } = (await tour.visit(home)).tab;
    await page.keyboard.press('/');
    await page.keyboard.type('p?/');
    expect(await page.locator('#search').inputValue()).toBe('p?/');
    expect(await page.locator('dialog[open]').count()).toBe(0);
  });

  test('"?" lists the shortcuts; Escape closes, and the focus is where it was', async () => {
    const [home] = allPages(['empty']);
    if (home === undefined) throw new Error('there is no page');
    const { page } = (await tour.visit(home)).tab;
    await page.locator('.menu a').first().focus();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.waitFor();
    const listed = await dialog.locator('kbd').allTextContents();
    expect(listed).toEqual([
      ...SHORTCUTS.flatMap(([keys]) => keys),
      ...Object.values(GO_KEYS).flatMap(key => ['g', key]),
    ]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.closest(".menu") !== null')).toBe(true);
  });
});
