import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab, type Tab } from '../fixtures/browser.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addAccount } from '../fixtures/finding.ts';
import { until } from '../fixtures/wait.ts';

/** A row's one link lies over all of the row: the click is for whatever is there. */
const ON_TOP = { force: true };

describe.skipIf(!hasChromium())('in a browser', () => {
  let browser: Browser;
  let desk: TestDesk;
  beforeAll(async () => {
    browser = await launchBrowser();
    desk = await openDesk();
    for (let n = 0; n < 4; n += 1) {
      await addConnection(desk.database, {
        subject: `connect_webview:w${n}`,
        reason: n === 3 ? 'seam_unavailable' : 'user_not_found',
        accountId: `a${n}`,
        claimedUserId: `user_${n}`,
      });
      await addAccount(desk.database, { id: `a${n}`, email: `lock${n}@locks.example` });
    }
  });
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
  });

  const open = async (path: string): Promise<Tab> => {
    const { cookie } = desk.clerks.support;
    const tab = await openTab(browser, { url: desk.url, cookie });
    await tab.page.goto(path);
    return tab;
  };

  test('from the e-mail of a ticket, by "/", to the case', async () => {
    await using tab = await open('/support');
    await tab.page.keyboard.press('/');
    await tab.page.keyboard.type('LOCK1@locks.example');
    await tab.page.keyboard.press('Enter');
    await tab.page.waitForURL('**/support/connections/connected_account%3Aa1');
    expect(tab.faults).toEqual([]);
  });

  test('from home to those of a reason, anywhere on the row; Back brings the filters again', async () => {
    await using tab = await open('/support');
    const { page } = tab;
    await page.getByText('None of our users has that id.').click(ON_TOP);
    await page.waitForURL('**/connections?state=failed&reason=user_not_found');
    await page.getByText('Filter (2 set)').click();
    await page.getByLabel('User id in the metadata').fill('user_2');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('1 connection', { exact: true }).waitFor();
    await page.locator('tbody').getByText('User not found').last().click(ON_TOP);
    // Its address says from which list one came.
    await page.waitForURL('**/support/connections/connected_account%3Aa2*');
    await page.goBack();
    expect(await page.getByLabel('User id in the metadata').inputValue()).toBe('user_2');
    expect(await page.getByLabel('What happened').inputValue()).toBe('user_not_found');
    expect(tab.faults).toEqual([]);
  });

  test('the button says how many are selected; while any is, nothing moves', async () => {
    await using tab = await open('/support/connections?state=failed');
    const { page } = tab;
    const retry = page.getByRole('button', { name: /^Retry \d+ selected$/ });
    expect(await retry.count()).toBe(0);
    const boxes = page.locator('tbody').getByRole('checkbox');
    await boxes.nth(0).check();
    await boxes.nth(2).check();
    expect(await retry.innerText()).toBe('Retry 2 selected');
    const middles = await page
      .locator('.selection :is(span, button):visible')
      .evaluateAll(all =>
        all.map(each => each.getBoundingClientRect()).map(at => at.y + at.height / 2),
      );
    // One line.
    expect(Math.max(...middles) - Math.min(...middles)).toBeLessThan(10);

    await addConnection(desk.database, { subject: 'connect_webview:new' });
    const refreshed: string[] = [];
    page.on('response', response => refreshed.push(response.url()));
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    expect(refreshed).toEqual([]);
    for (const n of [0, 2]) await boxes.nth(n).uncheck();
    await page.locator('h1').click();
    await page.evaluate('document.activeElement.blur()');
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    const more = page.getByRole('link', { name: '1 new. Show it.' });
    await more.waitFor();
    expect(await boxes.count()).toBe(4);
    expect(await retry.count()).toBe(0);
    await more.click();
    await until('five rows', async () => (await boxes.count()) === 5);
    expect(tab.faults).toEqual([]);
  });
});
