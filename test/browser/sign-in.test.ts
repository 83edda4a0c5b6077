import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addOperator } from '../../src/operators/operators.ts';
import { hasChromium, launchBrowser, openTab } from '../fixtures/browser.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { SHELL } from '../fixtures/shell.ts';

const PASSWORD = 'correct horse battery';

describe.skipIf(!hasChromium())('in a browser', () => {
  let browser: Browser;
  let desk: TestDesk;
  beforeAll(async () => {
    browser = await launchBrowser();
    desk = await openDesk();
    const ada = { name: 'Ada', role: 'support', password: PASSWORD };
    await addOperator(desk.database.pool, SHELL, ada);
  });
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
  });

  test('a wrong password is told, the name kept; the right one leads on; the session’s end leads back', async () => {
    await using tab = await openTab(browser, { url: desk.url });
    const { page, context } = tab;
    await page.goto('/support/account');
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('Password').fill('a wrong password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: 'Wrong name or password' }).waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('Ada');
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByLabel('Password').press('Enter');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');

    await desk.database.pool.query('update reconciler.sessions set expires_at = now()');
    await page.goto('/support/account?x=1');
    await page.getByText('Your session has ended').waitFor();
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/support/account?x=1');

    await context.clearCookies();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    // The answer to the wrong password is a 422, which the browser tells of, too.
    expect(tab.faults.filter(fault => !fault.includes('422'))).toEqual([]);
  });

  test('who has another role is told which one it takes, and has no entry for it in the menu', async () => {
    const { cookie } = await desk.signIn({ name: 'Bob', password: PASSWORD, role: 'support' });
    await using tab = await openTab(browser, { url: desk.url, cookie });
    await tab.page.goto('/support/operators');
    await tab.page.getByText('This requires the role "admin"; yours is "support".').waitFor();
    expect(await tab.page.getByRole('link', { name: 'Operators' }).count()).toBe(0);
  });

  test('a new operator comes with a link, chooses a password, and signs in with it', async () => {
    const admin = await desk.signIn({ name: 'Root', password: PASSWORD, role: 'admin' });
    await using tab = await openTab(browser, { url: desk.url, cookie: admin.cookie });
    const { page } = tab;
    await page.goto('/support/operators');
    await page.getByLabel('Name', { exact: true }).fill('Cleo');
    await page.getByRole('button', { name: 'Add operator' }).click();
    const link = (await page.locator('#secret').textContent()) ?? '';
    await using other = await openTab(browser, { url: desk.url });
    await other.page.goto(link);
    await other.page.getByRole('button', { name: 'Sign in with this link' }).click();
    await other.page.getByLabel('New password (', { exact: false }).fill(PASSWORD);
    await other.page.getByLabel('Repeat new password').fill(PASSWORD);
    await other.page.getByRole('button', { name: 'Set password' }).click();
    await other.page.getByText('Password changed').waitFor();
    await desk.signIn({ name: 'Cleo', password: PASSWORD });
    expect([...tab.faults, ...other.faults]).toEqual([]);
  });
});
