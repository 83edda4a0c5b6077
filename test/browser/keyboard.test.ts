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

  test('single keys can be switched off, and on again; Ctrl K stays', async () => {
    const account = allPages(['empty']).find(({ path }) => path === '/account');
    if (account === undefined) throw new Error('there is no page');
    const { page } = (await tour.visit(account)).tab;
    const choose = async (isOn: boolean): Promise<void> => {
      await page.getByLabel('Single keys act').setChecked(isOn);
      await page.getByRole('button', { name: 'Save shortcuts' }).click();
      await page.getByText(`Single keys are ${isOn ? 'on' : 'off'} in this browser.`).waitFor();
    };
    const open = page.locator('dialog[open]');
    await choose(false);
    await page.keyboard.press('?');
    expect(await open.count()).toBe(0);
    await page.getByRole('button', { name: 'Keyboard shortcuts (?)' }).click();
    expect(await open.textContent()).toContain('You have switched single keys off');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    expect(await open.count()).toBe(1);
    await page.keyboard.press('Escape');
    await choose(true);
    await page.keyboard.press('?');
    await open.waitFor();
  });
});
