import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab } from '../fixtures/browser.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { openPretendApp } from '../fixtures/pretend.ts';

describe.skipIf(!hasChromium())('the sandbox’s pretend app, in a browser', () => {
  const stack = new AsyncDisposableStack();
  let browser: Browser;
  let house: House;
  let url: string;
  beforeAll(async () => {
    browser = stack.adopt(await launchBrowser(), each => each.close());
    house = stack.use(await openHouse('postgres'));
    ({ url } = stack.use(await openPretendApp(house.seam, house.database.db, house.url)));
  });
  afterAll(() => stack.disposeAsync());

  test('without scripts: a user connects a lock account and sees it appear', async () => {
    await using tab = await openTab(browser, { url, javaScriptEnabled: false });
    const { page } = tab;
    await page.goto('/app');
    await page.getByLabel('Signed in to the app').selectOption({ label: 'Grace Hopper' });
    await page.getByRole('button', { name: 'Open a Connect Webview' }).click();
    await page.getByLabel('Yale').check();
    await page.getByLabel('E-mail of your account there').fill('grace@locks.example');
    await page.getByRole('button', { name: 'Sign in and connect' }).click();
    await page.getByText('Yale grace@locks.example belongs to Grace Hopper.').waitFor();
    const link = page.getByRole('link', { name: 'See the case in the support desk' });
    const id = /connect_webview_[0-9a-f-]+/.exec(page.url())?.[0];
    const subject = encodeURIComponent(`connect_webview:${id}`);
    expect(await link.getAttribute('href')).toBe(`${house.url}/support/connections/${subject}`);
    expect(tab.faults).toEqual([]);
  });

  test('whose id is of nobody is told why; once that user signs up, all is well', async () => {
    await using tab = await openTab(browser, { url });
    const { page } = tab;
    await page.goto('/app');
    await page.getByLabel('Signed in to the app').selectOption('user_who_left');
    await page.getByRole('button', { name: 'Open a Connect Webview' }).click();
    await page.getByLabel('E-mail of your account there').fill('gone@locks.example');
    await page.getByRole('button', { name: 'Sign in and connect' }).click();
    await page.getByText('None of our users has that id.').waitFor();
    const done = page.url();
    await page.getByRole('link', { name: 'Back to the app’s home page' }).click();
    await page.getByLabel('User id').fill('user_who_left');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByText('Signed up.').waitFor();
    await house.settled(/connect_webview_[0-9a-f-]+/.exec(done)?.[0] ?? '', 'linked');
    await page.goto(done);
    await page.getByText('August gone@locks.example belongs to user_who_left.').waitFor();
    expect(tab.faults).toEqual([]);
  });

  test('a wrong password and Cancel connect nothing, and each says so', async () => {
    await using tab = await openTab(browser, { url });
    const { page } = tab;
    for (const [button, told] of [
      ['Sign in with a wrong password', 'Nothing to do'],
      ['Cancel', 'Cancelled. Seam sends nothing'],
    ] as const) {
      await page.goto('/app');
      await page.getByRole('button', { name: 'Open a Connect Webview' }).click();
      await page.getByRole('button', { name: button }).click();
      await page.getByText(told).first().waitFor();
    }
    expect(tab.faults).toEqual([]);
  });
});
