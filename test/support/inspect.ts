import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';

const IN_PAGE = fileURLToPath(new URL('./in-page.js', import.meta.url));

/** What the others here need in each page of this browser; before the first is opened. */
export const prepareInspection = (context: BrowserContext): Promise<unknown> =>
  context.addInitScript({ path: IN_PAGE });

const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The rules that were broken, and where. */
const violationsOf = async (
  page: Page,
  narrow: (axe: AxeBuilder) => AxeBuilder,
): Promise<string[]> => {
  // No frames here; without this it would open a page of its own each time.
  const axe = narrow(new AxeBuilder({ page }).setLegacyMode(true));
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 3)
      .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 300)} ${failureSummary}`),
  );
};

/** What axe finds against WCAG 2.2 AA: in light by all rules; in dark by those that colours can break. */
export const accessibilityFaults = async (page: Page): Promise<string[]> => {
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await violationsOf(page, axe => axe.withTags(WCAG_22_AA));
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await violationsOf(page, axe =>
    axe.withRules(['color-contrast', 'link-in-text-block']),
  );
  await page.emulateMedia({ colorScheme: 'light' });
  return [...light.map(each => `light: ${each}`), ...dark.map(each => `dark: ${each}`)];
};

const HEIGHT = 800;
/** A phone, and a laptop of 1280 px at 200 %. */
const NARROW = [320, 640] as const;
const ORDINARY = { width: 1100, height: HEIGHT };

/** Where the page as a whole would have to be scrolled sideways: the width, and what sticks out. */
export const sidewaysFaults = async (page: Page): Promise<string[]> => {
  const faults: string[] = [];
  for (const width of NARROW) {
    await page.setViewportSize({ width, height: HEIGHT });
    const sticking = await page.evaluate<string | null>('inspect.sideways()');
    if (sticking !== null) faults.push(`at ${width} px: ${sticking}`);
  }
  await page.setViewportSize(ORDINARY);
  return faults;
};

/** What moves for somebody who asked for no motion. */
export const motionFaults = async (page: Page): Promise<string[]> => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const moving = await page.evaluate<string[]>('inspect.moving()');
  await page.emulateMedia({ reducedMotion: null });
  return moving;
};

/** More than once through: the browser's own controls take some presses between. */
const SPARE_PRESSES = 8;

/** Goes through a page by the tab key: controls that it never reaches, and a focus that can't be seen. */
export const keyboardFaults = async (page: Page): Promise<string[]> => {
  const count = await page.evaluate<number>('inspect.begin()');
  const faults: string[] = [];
  for (let press = 0; press < count + SPARE_PRESSES; press++) {
    await page.keyboard.press('Tab');
    const fault = await page.evaluate<string | null>('inspect.step()');
    if (fault !== null) faults.push(fault);
  }
  const missed = await page.evaluate<string[]>('inspect.missed()');
  return [...new Set([...faults, ...missed.map(each => `never reached: ${each}`)])];
};

/** Scripts that ran although they came from outside, and what the content security policy refused. */
export const injectionFaults = async (page: Page): Promise<string[]> => {
  const hacked = await page.evaluate<unknown>('window.__hacked');
  const refused = await page.evaluate<string[]>('window.refused');
  return [...(hacked === undefined ? [] : [`script No. ${hacked} ran`]), ...refused];
};
