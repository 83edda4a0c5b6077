import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab } from '../fixtures/browser.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { freePort } from '../fixtures/ports.ts';
import { startProvider, type TestProvider } from '../fixtures/provider.ts';

describe.skipIf(!hasChromium())('in a browser', () => {
  let browser: Browser;
  let provider: TestProvider;
  let desk: TestDesk;
  beforeAll(async () => {
    browser = await launchBrowser();
    const port = await freePort();
    const consoleUrl = `http://127.0.0.1:${port}`;
    provider = await startProvider({ consoleUrl, roles: { bosses: 'admin' } });
    desk = await openDesk(
      { consoleUrl, openIdConnect: provider.settings, hasPasswords: false },
      { port },
    );
  });
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
  });

  test('signing out leads on to the provider by itself: no policy of ours is in its way', async () => {
    provider.accounts.set('grace', { name: 'Grace', groups: ['bosses'] });
    await using tab = await openTab(browser, { url: desk.url });
    const { page } = tab;
    await page.goto('/support/account');
    await page.getByRole('link', { name: 'Sign in with your company account' }).click();
    await page.getByPlaceholder('Enter any login').fill('grace');
    await page.getByPlaceholder('and password').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
    await page.getByRole('cell', { name: 'This browser' }).waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.waitForURL(`${provider.settings.issuer}/session/end?**`);
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await page.getByText('Sign-out Success').waitFor();
    await page.goto(`${desk.url}/support`);
    await page.getByRole('link', { name: 'Sign in with your company account' }).waitFor();
    expect(tab.faults.filter(fault => fault.includes('Content Security Policy'))).toEqual([]);
  });
});
