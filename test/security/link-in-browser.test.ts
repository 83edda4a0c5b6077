import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addOperator } from '../../src/operators/operators.ts';
import { createSignInLink } from '../../src/operators/sign-in.ts';
import { signInLinkUrl } from '../../src/operators/sign-in-link.ts';
import { hasChromium, launchBrowser, openTab } from '../fixtures/browser.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { SHELL } from '../fixtures/shell.ts';

/* A sign-in link’s key is for the browser alone: in no request line, no Referer, and no history. */

describe.skipIf(!hasChromium())('a sign-in link in a browser', () => {
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

  const linkFor = async (name: string) => {
    const { pool } = desk.database;
    const { id } = await addOperator(pool, SHELL, { name, role: 'support', password: null });
    const key = await createSignInLink(pool, id, 5);
    return { key, link: signInLinkUrl(desk.url, key, '/support/account') };
  };

  test('is read by a script, leaves the address, and is sent when its button is pressed', async () => {
    const { key, link } = await linkFor('Ada');
    await using tab = await openTab(browser, { url: desk.url });
    const { page } = tab;
    const asked: string[] = [];
    page.on('request', request => {
      asked.push(request.url().replace(/#.*/, ''), request.headers().referer ?? '');
    });
    await page.goto(link);
    const button = page.getByRole('button', { name: 'Sign in with this link' });
    await button.waitFor();
    expect(await page.getByLabel('Your sign-in link').isVisible()).toBe(false);
    expect(page.url()).toBe(`${desk.url}/support/sign-in/link?next=%2Fsupport%2Faccount`);
    await button.click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    expect(asked.join('\n')).not.toContain(key);
    expect(tab.faults).toEqual([]);
  });

  test('pasted into the address of the page that is open, is taken, too', async () => {
    const [first, second] = [await linkFor('Bob'), await linkFor('Cleo')];
    await using tab = await openTab(browser, { url: desk.url });
    const { page } = tab;
    await page.goto(first.link);
    await page.getByRole('button', { name: 'Sign in with this link' }).waitFor();
    await page.goto(second.link);
    await page.getByRole('button', { name: 'Sign in with this link' }).click();
    await page.getByRole('link', { name: 'Cleo' }).waitFor();
    expect(tab.faults).toEqual([]);
  });

  test('is pasted into the page where no scripts run', async () => {
    const { link } = await linkFor('Dora');
    await using context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(link);
    await page.getByText('Paste the whole link here').waitFor();
    await page.getByLabel('Your sign-in link').fill(link);
    await page.getByRole('button', { name: 'Sign in with this link' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
  });
});
