import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab, type Tab } from '../fixtures/browser.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { until } from '../fixtures/wait.ts';

/** Presses the tab key until this has the focus, as somebody without a mouse does. */
const tabTo = async (page: Page, name: string): Promise<void> => {
  for (let press = 0; press < 80; press++) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(
      `document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent`,
    );
    if (String(text).trim() === name) return;
  }
  throw new Error(`"${name}" is never reached`);
};

describe.skipIf(!hasChromium())('the case page in a browser', () => {
  let browser: Browser;
  let desk: TestDesk;
  beforeAll(async () => {
    browser = await launchBrowser();
    desk = await openDesk();
  });
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
  });

  const open = async (id: string): Promise<Tab & { subject: string }> => {
    const subject = `connect_webview:${id}`;
    await addConnection(desk.database, { subject, reason: 'user_not_found' });
    const tab = await openTab(browser, { url: desk.url, cookie: desk.clerks.support.cookie });
    await tab.page.goto(`/support/connections/${encodeURIComponent(subject)}`);
    return { ...tab, subject };
  };
  const actionsOn = async (subject: string): Promise<string[]> => {
    const { rows } = await desk.database.pool.query<{ action: string }>(
      'select action from reconciler.audit_log where target = $1 order by id',
      [subject],
    );
    return rows.map(row => row.action);
  };

  test('by keyboard alone: dismissed with a note, reopened, retried', async () => {
    await using tab = await open('keys');
    const { page, faults, subject } = tab;
    await tabTo(page, 'Dismiss with note…');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Dismiss this connection' }).waitFor();
    await tabTo(page, 'Why?');
    await page.keyboard.type('The user moved out.');
    await tabTo(page, 'Dismiss with this note');
    await page.keyboard.press('Enter');
    await page.getByText('Dismissed. It reopens automatically').waitFor();
    await page.locator('.notes').getByText('The user moved out.').waitFor();
    await tabTo(page, 'Reopen');
    await page.keyboard.press('Enter');
    await page.getByText('Reopened. It needs attention again.').waitFor();
    await page.locator('#case-actions').getByText('Dismiss with note…').waitFor();
    await tabTo(page, 'Retry now');
    await page.keyboard.press('Enter');
    await page.getByText('Retry requested').waitFor();
    expect(await actionsOn(subject)).toEqual(['dismiss', 'reopen', 'retry']);
    expect(faults).toEqual([]);
  });

  test('a half-typed note outlives a refresh, a retry and what others do; once kept, the form is empty', async () => {
    await using tab = await open('typing');
    const { page, faults, subject } = tab;
    const field = page.getByLabel('Add a note');
    await field.fill('They called, and');
    await page.getByRole('heading', { name: 'Notes' }).click();
    await desk.clerks.admin.post(`/support/connections/${encodeURIComponent(subject)}/notes`, {
      text: 'I am at it, too.',
    });
    // By the page's own refresh.
    await page.locator('.notes').getByText('I am at it, too.').waitFor();
    expect(await field.inputValue()).toBe('They called, and');
    await page.getByRole('button', { name: 'Retry now' }).click();
    await page.getByText('Retry requested').waitFor();
    expect(await field.inputValue()).toBe('They called, and');
    await field.fill('They called, and it works.');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.locator('.notes').getByText('They called, and it works.').waitFor();
    expect(await field.inputValue()).toBe('');
    await field.fill('A second one.');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.locator('.notes').getByText('A second one.').waitFor();
    expect(await actionsOn(subject)).toEqual(['note', 'retry', 'note', 'note']);
    expect(faults).toEqual([]);
  });

  test('a payload is fetched when its panel is opened, and stays open; the link can be copied', async () => {
    await using tab = await open('payload');
    const { page, faults, subject } = tab;
    await desk.database.pool.query(
      `insert into reconciler.deliveries (event_id, event_type, subject, body, signature)
       values ('event1', 'connect_webview.login_succeeded', $1, $2, '{}')`,
      [subject, Buffer.from('{"event_type":"x","api_key":"seam_0123456789","a":{"b":"shown"}}')],
    );
    await page.reload();
    expect(await page.content()).not.toContain('shown');
    await page.locator('#records > summary').click();
    await page.locator('#records details summary').click();
    const payload = page.locator('.payload pre');
    await payload.waitFor();
    expect(await payload.textContent()).toContain('"b": "shown"');
    expect(await payload.textContent()).not.toContain('seam_0123456789');
    await tab.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Link copied.').waitFor();
    const copied = await until('the clipboard', () =>
      page.evaluate<string>('navigator.clipboard.readText()'),
    );
    expect(copied).toBe(`${desk.url}/support/connections/${encodeURIComponent(subject)}`);
    expect(faults).toEqual([]);
  });
});
