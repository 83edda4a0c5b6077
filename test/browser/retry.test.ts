import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab } from '../fixtures/browser.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';

const SUBJECT = 'connect_webview:w1';
const OTHER = 'connect_webview:w2';

describe.skipIf(!hasChromium())('in a browser', () => {
  let browser: Browser;
  let desk: TestDesk;
  beforeAll(async () => {
    browser = await launchBrowser();
    desk = await openDesk();
    for (const subject of [SUBJECT, OTHER]) {
      await addConnection(desk.database, { subject, reason: 'user_not_found' });
    }
  });
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
  });

  test('a double click on "Retry now" asks once, and says so where the focus is', async () => {
    const { cookie } = desk.clerks.support;
    await using tab = await openTab(browser, { url: desk.url, cookie });
    await tab.page.goto(`/support/connections/${encodeURIComponent(SUBJECT)}`);
    await tab.page.getByRole('button', { name: 'Retry now' }).dblclick();
    await tab.page.getByText('Retry requested').waitFor();
    expect(await tab.page.evaluate('document.activeElement.id')).toBe('status');
    const { rows } = await desk.database.pool.query(
      `select action, actor_name, before, after from reconciler.audit_log where target = $1`,
      [SUBJECT],
    );
    expect(rows).toMatchObject([
      { action: 'retry', actor_name: 'a support', before: { state: 'failed' } },
    ]);
    expect(tab.faults).toEqual([]);
  });

  test('while the server can’t be reached a page says so, and a form can be sent again and acts once', async () => {
    const { cookie } = desk.clerks.support;
    await using tab = await openTab(browser, { url: desk.url, cookie });
    const { page } = tab;
    await page.goto(`/support/connections/${encodeURIComponent(OTHER)}`);
    await page.route('**/support/**', route => route.abort('connectionrefused'));
    await page.getByText('so this page may be out of date').waitFor();
    await page.getByRole('button', { name: 'Retry now' }).click();
    await page.getByText('nothing is done twice').waitFor();

    await page.unroute('**/support/**');
    await page.getByRole('button', { name: 'Retry now' }).click();
    await page.getByText('Retry requested').waitFor();
    const { rows } = await desk.database.pool.query(
      `select from reconciler.audit_log where action = 'retry' and target = $1`,
      [OTHER],
    );
    expect(rows).toHaveLength(1);
  });
});
