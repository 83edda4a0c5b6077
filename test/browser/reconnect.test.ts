import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab, type Tab } from '../fixtures/browser.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { accessibilityFaults, prepareInspection, sidewaysFaults } from '../fixtures/inspect.ts';
import { startTestSeam, type TestSeam } from '../fixtures/seam.ts';
import { onlyWorkspace } from '../fixtures/settings.ts';

/* Webviews in a browser: with and without scripts, by everybody, on a telephone. */

describe.skipIf(!hasChromium())('webviews in a browser', () => {
  let browser: Browser;
  let seam: TestSeam;
  let desk: TestDesk;
  let path: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    seam = await startTestSeam();
    desk = await openDesk({
      workspaces: onlyWorkspace({ apiKey: seam.apiKey }),
      seamEndpoint: seam.endpoint,
    });
    const { pool } = desk.database;
    await pool.query(
      `insert into reconciler.users (id, name, email) values ('ada', 'Ada Lovelace', 'ada@locks.example')`,
    );
    const webviewId = await seam.createWebview({ id: 'ada', plan: 'gold' });
    const { accountId } = await seam.completeWebview(webviewId, { email: 'ada@locks.example' });
    const subject = `connected_account:${accountId}`;
    await addConnection(desk.database, { subject, state: 'linked', accountId });
    await pool.query(
      `insert into reconciler.connected_accounts
              (connected_account_id, account_type, account_type_display_name, display_name, user_identifier,
               custom_metadata, errors, warnings, accepted_capabilities, state, read_by_run)
       values ($1, 'august', 'August', 'ada@locks.example', '{}', '{}',
               '[{"error_code":"account_disconnected"}]', '[]', '[]', 'disconnected', 0)`,
      [accountId],
    );
    await pool.query(
      `insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, 'ada', 0)`,
      [accountId],
    );
    path = `/support/connections/${encodeURIComponent(subject)}`;
  });
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
    await seam[Symbol.asyncDispose]();
  });
  const open = (options: { javaScriptEnabled?: boolean } = {}): Promise<Tab> =>
    openTab(browser, { url: desk.url, cookie: desk.clerks.support.cookie, ...options });
  const made = () => seam.calls.filter(call => call.path === '/connect_webviews/create').length;

  test.each([true, false])(
    'an account is connected again, from its case to the link (with scripts: %s)',
    async javaScriptEnabled => {
      const before = made();
      await using tab = await open({ javaScriptEnabled });
      const { page } = tab;
      await page.goto(path);
      await page.getByRole('link', { name: 'Send a new webview…' }).click();
      await page.getByText('and no other').waitFor();
      await page.getByRole('button', { name: 'Create webview' }).click();
      await page.getByText('It is shown only once').waitFor();
      expect(await page.locator('#url').inputValue()).toMatch(/^https:/);
      expect(await page.getByRole('button', { name: 'Copy link' }).isVisible()).toBe(
        javaScriptEnabled,
      );
      expect(made()).toBe(before + 1);
      expect(tab.faults).toEqual([]);
    },
  );

  test.each([true, false])('options are chosen for a user (with scripts: %s)', async scripts => {
    const before = made();
    await using tab = await open({ javaScriptEnabled: scripts });
    const { page } = tab;
    await page.goto('/support/webviews/new?find=ada');
    await page.getByRole('link', { name: 'Choose options for Ada Lovelace' }).click();
    await page.getByLabel('Providers to show').fill('august');
    await page.getByLabel('lock', { exact: true }).check();
    await page.getByText('More options').click();
    await page.getByLabel('Providers not to show').fill('august');
    await page.getByRole('button', { name: 'Create webview' }).click();
    await page.getByText('both accepted and excluded').waitFor();
    expect(await page.getByLabel('lock', { exact: true }).isChecked()).toBe(true);
    await page.getByLabel('Providers not to show').fill('yale');
    await page.getByRole('button', { name: 'Create webview' }).click();
    await page.getByText('It is shown only once').waitFor();
    expect(made()).toBe(before + 1);
    // A form that is refused is answered 422, which is what the browser tells.
    expect(tab.faults.filter(fault => !/422/.test(fault))).toEqual([]);
  });

  test('are for everybody, and fit a telephone', async () => {
    await using tab = await open();
    const { page } = tab;
    await prepareInspection(tab.context);
    for (const place of [`${path}/reconnect`, '/support/webviews/new?user=ada']) {
      await page.goto(place);
      await page.evaluate(
        'document.querySelectorAll("details").forEach(each => { each.open = true; })',
      );
      expect(await accessibilityFaults(page), place).toEqual([]);
      expect(await sidewaysFaults(page), place).toEqual([]);
    }
  });
});
