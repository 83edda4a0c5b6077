import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { CHROMIUM } from './chromium.ts';

/** global-setup says so loudly when there is none. */
export const hasChromium = (): boolean => inject('hasChromium');

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM ?? '',
    // As root Chromium has no sandbox; it only ever sees our own pages.
    args: ['--no-sandbox', '--disable-gpu'],
  });

/** A page of somebody who is signed in, and whatever went wrong in it. */
export type Tab = Readonly<{
  page: Page;
  context: BrowserContext;
  /** Scripts that failed, what the content security policy refused, and boxes that popped up. */
  faults: readonly string[];
}> &
  AsyncDisposable;

export const openTab = async (
  browser: Browser,
  {
    url,
    cookie,
    ...options
  }: { url: string; cookie?: string } & Parameters<Browser['newContext']>[0],
): Promise<Tab> => {
  const context = await browser.newContext({ baseURL: url, ...options });
  if (cookie !== undefined) {
    const [name = '', value = ''] = cookie.split(/=(.*)/s);
    await context.addCookies([{ name, value, url }]);
  }
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', error => faults.push(`script: ${error.message}`));
  page.on('console', message => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('dialog', dialog => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, context, faults, [Symbol.asyncDispose]: () => context.close() };
};
