import { Router } from 'express';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab, type Tab } from '../fixtures/browser.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addWithPassword } from '../fixtures/passwords.ts';

const PASSWORD = 'violet anvil crosses pond';

/** One host with two consoles, each with a database of its own. */
describe.skipIf(!hasChromium())('below a path, in a browser', () => {
  const stack = new AsyncDisposableStack();
  let browser: Browser;
  let locks: TestDesk;
  beforeAll(async () => {
    browser = stack.adopt(await launchBrowser(), each => each.close());
    const doors = stack.use(await openDesk());
    const beside = [Router().use('/doors', ...doors.routers)];
    locks = stack.use(await openDesk({}, { below: '/locks', beside }));
    for (const { database } of [doors, locks]) {
      await addWithPassword(database.pool, { name: 'Ada', role: 'support', password: PASSWORD });
      for (const number of [1, 2, 3]) {
        const subject = `connect_webview:w${number}`;
        await addConnection(database, { subject, reason: 'user_not_found' });
      }
    }
  });
  afterAll(() => stack.disposeAsync());

  /** Every address that the browser asks for. */
  const watch = ({ page }: Tab): string[] => {
    const asked: string[] = [];
    page.on('request', request => asked.push(new URL(request.url()).pathname));
    return asked;
  };

  const signIn = async ({ page }: Pick<Tab, 'page'>, console: string): Promise<void> => {
    await page.goto(console);
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Needs attention', level: 1 }).waitFor();
  };

  const isReady = ({ page }: Pick<Tab, 'page'>): Promise<void> =>
    page.getByRole('button', { name: 'Keyboard shortcuts (?)' }).waitFor();

  test('sign in, search, a case, retry, a draft, single keys, sign out: all of it there', async () => {
    await using tab = await openTab(browser, { url: locks.url });
    const { page } = tab;
    const asked = watch(tab);
    await signIn(tab, '/locks/support');
    await isReady(tab);
    await page.keyboard.press('/');
    await page.keyboard.type('w1');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/locks\/support\/(?:search|connections)/);

    await page.goto('/locks/support/connections/connect_webview%3Aw1');
    await isReady(tab);
    await page.getByRole('button', { name: 'Retry now' }).click();
    await page.getByText('Retry requested').waitFor();

    // What is typed is kept while one types.
    await page.goto('/locks/support/connections/connect_webview%3Aw2');
    await isReady(tab);
    await page.keyboard.press('e');
    await page.waitForURL('**/locks/support/connections/connect_webview%3Aw2/dismiss');
    const kept = page.waitForResponse(response => response.url().endsWith('/locks/support/drafts'));
    await page.getByLabel('Why?').fill('half a sen');
    expect((await kept).status()).toBe(200);
    await page.getByText('Draft saved.').waitFor();
    await page.goto('/locks/support/drafts');
    await page.locator('main').getByRole('link').first().click();
    await page.waitForURL('**/locks/support/connections/connect_webview%3Aw2/dismiss');
    expect(await page.getByLabel('Why?').inputValue()).toBe('half a sen');

    // A list's row, and its key for dismissing.
    await page.goto('/locks/support/connections?state=failed');
    await isReady(tab);
    await page.keyboard.press('j');
    await page.locator('.leads a.whole:focus').waitFor();
    await page.keyboard.press('e');
    await page.waitForURL(/\/locks\/support\/connections\/connect_webview%3Aw\d\/dismiss/);
    await page.locator('h1').click();
    await page.keyboard.press('g');
    await page.keyboard.press('q');
    await page.waitForURL('**/locks/support/queue');

    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.waitForURL('**/locks/support/sign-in');
    expect(asked.filter(path => !path.startsWith('/locks/support'))).toEqual([]);
    expect(tab.faults).toEqual([]);
  });

  test('whoever signs out of one console stays in the other, with what they have begun to write', async () => {
    await using tab = await openTab(browser, { url: locks.url });
    const { page, context } = tab;
    await signIn(tab, '/locks/support');
    const other = await context.newPage();
    await signIn({ page: other }, '/doors/support');
    const third = await context.newPage();
    await third.goto('/locks/support/account');
    await isReady({ page: third });

    // Kept in this tab only, as the server is away; then the other console is opened in it.
    const dismiss = '/support/connections/connect_webview%3Aw2/dismiss';
    await page.goto(`/locks${dismiss}`);
    await page.route('**/drafts', route => route.abort());
    await page.getByLabel('Why?').fill('They call back.');
    await page.getByText('What you typed is kept in this tab.').waitFor();
    await page.goto('/doors/support');
    await isReady({ page });
    await page.goto(`/locks${dismiss}`);
    await expect
      .poll(() => page.getByLabel('Why?').inputValue(), { timeout: 30_000 })
      .toBe('They call back.');

    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.waitForURL('**/locks/support/sign-in');
    // The other tab of this console follows; the other console knows nothing of it.
    await third.getByText('Your session has ended').waitFor();
    expect(new URL(third.url()).searchParams.get('next')).toBe('/locks/support/account');
    await other.reload();
    await other.getByRole('heading', { name: 'Needs attention', level: 1 }).waitFor();
    const cookies = await context.cookies();
    const left = cookies.filter(({ name }) => name === 'seam-reconciler').map(({ path }) => path);
    expect(left).toEqual(['/doors/support']);
  });
});
