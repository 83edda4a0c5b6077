import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab } from '../fixtures/browser.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addWithPassword } from '../fixtures/passwords.ts';

const PASSWORD = 'violet anvil crosses pond';

describe.skipIf(!hasChromium())('signing out in a browser', () => {
  let browser: Browser;
  let desk: TestDesk;
  beforeAll(async () => {
    browser = await launchBrowser();
    desk = await openDesk();
    await addWithPassword(desk.database.pool, { name: 'Ada', role: 'viewer', password: PASSWORD });
  });
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
  });

  test('takes away what other tabs show; the browser stays known, and Back shows nothing', async () => {
    await using tab = await openTab(browser, { url: desk.url });
    const { page, context } = tab;
    await page.goto('/support/account');
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    // A page that doesn't refresh by itself.
    const other = await context.newPage();
    await other.goto('/support/account');
    await other.getByRole('heading', { name: 'Your account' }).waitFor();
    await page.evaluate(`localStorage.setItem('left', 'here')`);

    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.getByText('Your session has ended').waitFor();
    expect(new URL(other.url()).searchParams.get('next')).toBe('/support/account');
    expect(await page.evaluate(`localStorage.getItem('left')`)).toBeNull();
    expect((await context.cookies()).map(({ name }) => name)).toEqual(['seam-reconciler-device']);
    await page.goBack();
    await page.waitForURL('**/support/sign-in?next=%2Fsupport%2Faccount');
    expect(tab.faults).toEqual([]);
  });

  test('on a telephone the button that signs out another browser is in sight', async () => {
    const WIDTH = 390;
    const { cookie } = await desk.signIn({ name: 'Ada', password: PASSWORD });
    await desk.signIn({ name: 'Ada', password: PASSWORD });
    const viewport = { width: WIDTH, height: 800 };
    await using tab = await openTab(browser, { url: desk.url, cookie, viewport });
    await tab.page.goto('/support/account');
    const box = await tab.page.getByRole('button', { name: /^Sign out of / }).boundingBox();
    expect(box?.x).toBeLessThan(WIDTH / 2);
    expect((box?.x ?? WIDTH) + (box?.width ?? 0)).toBeLessThanOrEqual(WIDTH);
  });
});
