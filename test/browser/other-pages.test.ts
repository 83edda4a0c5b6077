import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandboxSeam } from '../../src/sandbox/seam.ts';
import { hasChromium, launchBrowser, openTab, type Tab } from '../fixtures/browser.ts';
import {
  accessibilityFaults,
  injectionFaults,
  keyboardFaults,
  motionFaults,
  prepareInspection,
  sidewaysFaults,
} from '../fixtures/inspect.ts';
import { openPretendApp } from '../fixtures/pretend.ts';
import { openFullDesk } from '../fixtures/site/site.ts';
import { HOSTILE } from '../fixtures/site/words.ts';

/** What isn't in the console's route table: signing in, and the sandbox's own pages. */
const PAGES = [
  { name: 'signing in', of: 'console', path: '/support/sign-in' },
  { name: 'signing in by a link', of: 'console', path: '/support/sign-in/link#key=none' },
  { name: 'signing in by a link that lost its key', of: 'console', path: '/support/sign-in/link' },
  { name: 'an address of nothing', of: 'console', path: '/support/nothing', status: 404 },
  { name: 'the pretend app, with hostile texts', of: 'app', path: '/app' },
  { name: 'the pretend app after a form', of: 'app', path: '/app?told=cancelled' },
  { name: 'a pretend webview', of: 'app', path: '/app/webviews/:open' },
  { name: 'back in the app, waiting', of: 'app', path: '/app/webviews/:lost/done' },
] as const;

describe.skipIf(!hasChromium())('pages beside the console’s own', () => {
  const stack = new AsyncDisposableStack();
  const urls = { console: '', app: '' };
  const ids = { ':open': '', ':lost': '' };
  let tab: Tab;
  beforeAll(async () => {
    const browser: Browser = stack.adopt(await launchBrowser(), each => each.close());
    const desk = stack.use(await openFullDesk(HOSTILE));
    const seam = stack.use(await startSandboxSeam());
    const { app, url } = stack.use(await openPretendApp(seam, desk.database.db, desk.url));
    Object.assign(urls, { console: desk.url, app: url });
    ids[':open'] = await app.open('ada');
    app.setLosing(true);
    ids[':lost'] = (await app.connect('ada', 'a@locks.example')).connect_webview_id;
    tab = stack.use(await openTab(browser, { url }));
    await prepareInspection(tab.context);
  });
  afterAll(() => stack.disposeAsync());

  test.each<(typeof PAGES)[number] & { status?: number }>(PAGES)('$name', async each => {
    const { of, path, status = 200 } = each;
    const filled = path.replace(/:open|:lost/, id => ids[id as keyof typeof ids]);
    const { page } = tab;
    const response = await page.goto(`${urls[of]}${filled}`);
    expect(response?.status()).toBe(status);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sidewaysFaults(page)).toEqual([]);
    expect(await motionFaults(page)).toEqual([]);
    expect(await keyboardFaults(page)).toEqual([]);
    expect(await injectionFaults(page)).toEqual([]);
    // The browser itself complains of a page that isn't there.
    const faults = tab.faults.filter(fault => !/status of 404/.test(fault));
    expect(faults).toEqual([]);
  });

  test('what was entered wrongly in a webview is told where it was', async () => {
    const { page } = tab;
    await page.goto(`${urls.app}/app/webviews/${ids[':open']}`);
    await page.locator('form').evaluate(form => Reflect.set(form, 'noValidate', true));
    await page.getByRole('button', { name: 'Sign in and connect' }).click();
    await page.getByRole('alert').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Enter an e-mail' }).click();
    expect(await page.evaluate('document.activeElement.id')).toBe('email');
  });
});
