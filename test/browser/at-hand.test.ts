import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab, type Tab } from '../fixtures/browser.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { sidewaysFaults } from '../fixtures/inspect.ts';

const ROWS = 6;
const LIST = '/support/connections?state=failed';

describe.skipIf(!hasChromium())('a list at hand', () => {
  let browser: Browser;
  let desk: TestDesk;
  beforeAll(async () => {
    browser = await launchBrowser();
    desk = await openDesk();
    for (let n = 0; n < ROWS; n += 1) {
      await addConnection(desk.database, { subject: `connect_webview:w${n}` });
    }
  });
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
  });

  const open = async (path: string, options = {}): Promise<Tab> => {
    const { cookie } = desk.clerks.support;
    const tab = await openTab(browser, { url: desk.url, cookie, ...options });
    await tab.page.goto(path);
    return tab;
  };
  const rowAt = 'document.activeElement.closest("tr")?.rowIndex ?? 0';

  test('the list is one step from the beginning, by the link that skips to it', async () => {
    await using tab = await open(LIST);
    const { page } = tab;
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the list');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(rowAt)).toBe(1);
    expect(tab.faults).toEqual([]);
  });

  test('the menu is one stop, in which arrow keys go on', async () => {
    await using tab = await open(LIST);
    const { page } = tab;
    const focused = (): Promise<string> => page.evaluate('document.activeElement.textContent');
    await page.locator('.menu a').first().focus();
    for (const key of ['End', 'ArrowLeft', 'ArrowRight', 'ArrowRight', 'Home', 'ArrowRight'])
      await page.keyboard.press(key);
    expect(await focused()).toBe('My cases');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.closest(".menu")')).toBeNull();
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('My cases');
    await page.locator('.who a').focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('Sign out');
    expect(tab.faults).toEqual([]);
  });

  test('j and k go from row to row, x selects, Shift a range, Enter opens, e dismisses', async () => {
    await using tab = await open(LIST);
    const { page } = tab;
    for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key);
    expect(await page.evaluate(rowAt)).toBe(2);
    await page.keyboard.press('x');
    await page.getByText('1 selected', { exact: true }).waitFor();
    for (const key of ['j', 'j', 'Shift+X']) await page.keyboard.press(key);
    await page.getByText('3 selected', { exact: true }).waitFor();
    const first = page.locator('tbody input[type="checkbox"]').first();
    await first.click({ modifiers: ['Shift'] });
    await page.getByText('4 selected', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Select all 6 on this page' }).click();
    await page.getByRole('button', { name: 'Retry 6 selected' }).waitFor();
    await page.getByRole('button', { name: 'Select none' }).press('Enter');
    expect(await page.evaluate(rowAt)).toBe(1);
    await page.getByText('None selected').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: /selected/ }).waitFor({ state: 'detached' });
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('j');
    const to = await page.evaluate<string>('document.activeElement.pathname');
    await page.keyboard.press('e');
    await page.waitForURL(`**${to}/dismiss*`);
    await page.goto(LIST);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${to}*`);
    await page.keyboard.press('g');
    await page.keyboard.press('q');
    await page.waitForURL('**/support/queue');
    expect(tab.faults).toEqual([]);
  });

  test('Ctrl K goes to a page, or searches; Escape leaves all as it was', async () => {
    await using tab = await open(LIST);
    const { page } = tab;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('aud');
    const option = page.locator('#palette').getByRole('option', { selected: true });
    expect(await option.textContent()).toBe('Audit log Go to');
    await page.keyboard.press('ArrowDown');
    expect(await option.textContent()).toBe('Search for “aud” Search');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/support/audit-log');
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('nobody-at-all');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/support/search?q=nobody-at-all');
    expect(tab.faults).toEqual([]);
  });

  test('a part is asked for again, and left as it is where nothing changed', async () => {
    await using tab = await open(LIST);
    const { page } = tab;
    const wake = 'document.dispatchEvent(new Event("visibilitychange"))';
    const asked = (): Promise<number> =>
      page
        .waitForResponse(response => response.url().includes('shown='))
        .then(response => response.status());
    await page.evaluate('document.querySelector("#rows").dataset.mine = "yes"');
    const [same] = await Promise.all([asked(), page.evaluate(wake)]);
    expect(same).toBe(304);
    expect(await page.locator('#rows[data-mine]').count()).toBe(1);
    await desk.database.pool.query(`update reconciler.reconciliations
      set reason = 'conflict' where subject = 'connect_webview:w0'`);
    const [changed] = await Promise.all([asked(), page.evaluate(wake)]);
    expect(changed).toBe(200);
    await page.locator('#rows:not([data-mine])').waitFor();
    expect(tab.faults).toEqual([]);
  });

  test('times are by the clock of the browser, or of the zone that was chosen', async () => {
    await using tab = await open('/support/account', { timezoneId: 'Asia/Kolkata' });
    const { page } = tab;
    const time = page.locator('main time').first();
    expect(await time.textContent()).toMatch(/ GMT\+5:30$/);
    expect(await time.getAttribute('title')).toMatch(/ UTC$/);
    await page.goto('/support/audit-log');
    await page.getByText('Filter', { exact: true }).click();
    await page.getByLabel('Pick a time: From').fill('2026-11-22T14:00');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL('**since=2026-11-22T14%3A00%2B05%3A30**');
    await page.goto('/support/account');
    await page.getByLabel('Time zone').selectOption('Asia/Tokyo');
    await page.getByRole('button', { name: 'Save time zone' }).click();
    await page.getByText('You are now told times in Asia/Tokyo.').waitFor();
    expect(await time.textContent()).toMatch(/ GMT\+9$/);
    expect(await time.getAttribute('title')).toMatch(/ UTC$/);
    await page.goto('/support/audit-log?since=2026-11-22');
    expect(page.url()).toContain('since=2026-11-22T00%3A00%2B09%3A00');
    expect(tab.faults).toEqual([]);
  });

  test('a word without end breaks no table, and a row is a card on a telephone', async () => {
    await addConnection(desk.database, {
      subject: `connect_webview:${'w'.repeat(200)}`,
      claimedUserId: 'u'.repeat(200),
    });
    await using tab = await open('/support/connections', { viewport: { width: 320, height: 700 } });
    const { page } = tab;
    await page.addInitScript({ path: 'test/fixtures/in-page.js' });
    await page.reload();
    expect(await sidewaysFaults(page)).toEqual([]);
    const within = 'document.querySelector("#list").scrollWidth <= innerWidth';
    expect(await page.evaluate(within)).toBe(true);
    await page.setViewportSize({ width: 1100, height: 700 });
    expect(await page.evaluate(within)).toBe(true);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('navigation', { name: 'Sections' }).isVisible()).toBe(false);
    expect(await page.locator('.selection').isVisible()).toBe(false);
  });
});
