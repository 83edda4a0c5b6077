import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createContext } from '../../src/app/context.ts';
import type { Subject } from '../../src/model/subject.ts';
import { hasChromium, launchBrowser, openTab } from '../fixtures/browser.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { onlyWorkspace, silentLog } from '../fixtures/settings.ts';

const SUBJECT: Subject = 'connect_webview:w1';

describe.skipIf(!hasChromium())('in a browser', () => {
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

  const actions = async () =>
    (
      await desk.database.pool.query(
        `select action from reconciler.audit_log
          where face = 'console' and action <> 'sign_in' order by id`,
      )
    ).rows.map(row => row.action);

  test('who is on call pauses the queue with a reason, others see it by themselves, and Resume ends it', async () => {
    const { url, clerks } = desk;
    await using watcher = await openTab(browser, { url, cookie: clerks.viewer.cookie });
    await watcher.page.goto('/support/queue');
    await using tab = await openTab(browser, { url, cookie: clerks['on-call'].cookie });
    const { page } = tab;
    await page.goto('/support/queue');
    await page.getByRole('button', { name: 'Pause queue…' }).click();
    await page.getByLabel('Why?').fill('Seam asked us to');
    await page.getByRole('button', { name: 'Pause queue', exact: true }).click();
    await page.getByRole('status').getByText('Queue paused').waitFor();
    // Without a reload: the page keeps itself up to date.
    await watcher.page.getByText('“Seam asked us to”').waitFor();
    expect(
      await watcher.page.getByRole('button', { name: 'Resume', exact: true }).isDisabled(),
    ).toBe(true);
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByText('Queue resumed').waitFor();
    expect(await actions()).toEqual(['pause_queue', 'resume_queue']);
    expect([...tab.faults, ...watcher.faults]).toEqual([]);
  });

  test('Bull Board works under its own policy, and its button for a waiting job asks for a look', async () => {
    await using context = createContext({
      databaseUrl: desk.database.url,
      redisUrl: undefined,
      workspaces: onlyWorkspace(),
      log: silentLog,
      name: 'test',
      maxConnections: 2,
    });
    await context.queues.of(null)?.later(SUBJECT, 3_600_000);
    const { cookie } = desk.clerks['on-call'];
    await using tab = await openTab(browser, { url: desk.url, cookie });
    const { page } = tab;
    await page.goto('/support/queue');
    await page.getByRole('button', { name: 'Raw queue' }).click();
    await page.waitForURL(/\/support\/raw-queue\//);
    await page.getByText('1 Job').waitFor();
    await page.goto('/support/raw-queue/queue/looks?status=delayed');
    await page.getByRole('link', { name: 'View case' }).waitFor();
    // The first of the job's own buttons, which have no names: after those for all jobs.
    const buttons = page.getByRole('button');
    const names = await buttons.allTextContents();
    await buttons.nth(names.findIndex(name => name.includes('Clean all')) + 1).click();
    const answered = page.waitForResponse(response => response.url().endsWith('/promote'));
    await page.getByRole('button', { name: 'Confirm' }).click();
    expect((await answered).status()).toBe(204);
    expect((await actions()).at(-1)).toBe('retry');
    expect(tab.faults).toEqual([]);
  });
});
