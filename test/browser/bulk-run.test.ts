import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab, type Tab } from '../fixtures/browser.ts';
import { addFailed, bulkDesk, endLooks, stepOn } from '../fixtures/bulk.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import {
  accessibilityFaults,
  keyboardFaults,
  prepareInspection,
  sidewaysFaults,
} from '../fixtures/inspect.ts';

describe.skipIf(!hasChromium())('in a browser', () => {
  let browser: Browser;
  let desk: TestDesk;
  beforeAll(async () => {
    browser = await launchBrowser();
    desk = await openDesk();
    await addFailed(desk.database, 30);
  });
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
  });

  /** As the list's button "Retry all 30 matching…" does it. */
  const plan = async ({ page }: Tab): Promise<void> => {
    await page.goto('/support/bulk-runs');
    await page.evaluate(`(() => {
      const csrf = document.querySelector('[name=csrf]').value;
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action: '/support/bulk-runs/plan' });
      for (const [name, value] of Object.entries({ csrf, query: 'state=failed' })) {
        form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
      }
      document.body.append(form);
      form.submit();
    })()`);
    await page.getByRole('heading', { name: 'Retry all 30 matching' }).waitFor();
  };

  test('preview, start, progress that keeps itself up to date, Stop', async () => {
    const { cookie } = desk.clerks.support;
    await using tab = await openTab(browser, { url: desk.url, cookie });
    const { page } = tab;
    await plan(tab);
    await page.getByLabel('Why').fill('users were imported');
    await page.getByRole('button', { name: 'Start retry of 30' }).click();
    await page.getByText('Started retry of 30.').waitFor();
    await page.locator('#status:focus').waitFor();
    await page.getByLabel('0 of 30 finished').waitFor();

    await stepOn(bulkDesk(desk.database));
    await endLooks(desk.database, { state: 'linked' });
    await stepOn(bulkDesk(desk.database));
    await page.getByLabel('10 of 30 finished').waitFor();
    await page.getByRole('button', { name: 'Stop, and skip the 10 waiting' }).click();
    await page.getByText('Stopped: 10 skipped.').waitFor();
    await page.getByText('stopped by a support').first().waitFor();
    await page.getByRole('link', { name: 'Skipped 10' }).click();
    await page.getByRole('cell', { name: 'stopped by a support' }).last().waitFor();
    expect(await page.getByRole('button', { name: /^Stop/ }).count()).toBe(0);
    expect(tab.faults).toEqual([]);
  });

  test('the preview is readable by everybody, also by those who may not start it', async () => {
    await addFailed(desk.database, 101, 'many');
    const preview = await desk.clerks.support.post('/support/bulk-runs/plan', { query: '' });
    const { cookie } = desk.clerks.support;
    await using tab = await openTab(browser, { url: desk.url, cookie });
    await prepareInspection(tab.context);
    await tab.page.goto(preview.url);
    await tab.page.getByText('requires the role on-call').waitFor();
    expect(await accessibilityFaults(tab.page)).toEqual([]);
    expect(await sidewaysFaults(tab.page)).toEqual([]);
    expect(await keyboardFaults(tab.page)).toEqual([]);
    expect(tab.faults).toEqual([]);
    await desk.database.pool.query(
      `delete from reconciler.reconciliations where subject like '%:many%'`,
    );
  });

  test('the same without JavaScript, by forms alone, at 320 px', async () => {
    await desk.database.pool.query(
      `update reconciler.reconciliations set state = 'failed', observed_generation = generation`,
    );
    const { cookie } = desk.clerks.support;
    const preview = await desk.clerks.support.post('/support/bulk-runs/plan', {
      query: 'state=failed',
    });
    await using tab = await openTab(browser, {
      url: desk.url,
      cookie,
      javaScriptEnabled: false,
      viewport: { width: 320, height: 640 },
    });
    const { page } = tab;
    await page.goto(preview.url);
    await page.getByRole('button', { name: 'Start retry of 30' }).click();
    await page.getByText('Started retry of 30.').waitFor();
    await page.getByRole('button', { name: 'Stop, and skip the 30 waiting' }).click();
    await page.getByText('Stopped: 30 skipped.').waitFor();
    expect(tab.faults).toEqual([]);
  });
});
