import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab } from '../support/browser.ts';
import { addConnection, openDesk, type TestDesk } from '../support/desk.ts';

const SUBJECT = 'connect_webview:w1';

describe.skipIf(!hasChromium())('while the server can’t be reached', () => {
  let browser: Browser;
  let desk: TestDesk;
  beforeAll(async () => {
    browser = await launchBrowser();
    desk = await openDesk();
    await addConnection(desk.database, { subject: SUBJECT, reason: 'user_not_found' });
  });
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
  });

  test('a page says that it is not up to date, and a form can be sent again and acts once', async () => {
    const { cookie } = desk.clerks.support;
    await using tab = await openTab(browser, { url: desk.url, cookie });
    const { page } = tab;
    await page.goto(`/support/connections/${encodeURIComponent(SUBJECT)}`);
    await page.route('**/support/**', route => route.abort('connectionrefused'));
    await page.getByText('so this page is not up to date').waitFor();
    await page.getByRole('button', { name: 'Retry now' }).click();
    await page.getByText('nothing is done twice').waitFor();

    await page.unroute('**/support/**');
    await page.getByRole('button', { name: 'Retry now' }).click();
    await page.getByText('Another look was asked for').waitFor();
    const { rows } = await desk.database.pool.query(
      `select from reconciler.audit_log where action = 'retry' and target = $1`,
      [SUBJECT],
    );
    expect(rows).toHaveLength(1);
  });
});
