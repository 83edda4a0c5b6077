import type { Browser } from 'playwright-core';
import { launchBrowser, openTab, type Tab } from '../browser.ts';
import { openDesk, type TestDesk } from '../desk.ts';
import { prepareInspection } from '../inspect.ts';
import { type PageUrls, pagesOf } from './pages.ts';
import { openBrokenDesk, openFullDesk } from './site.ts';
import { ORDINARY, type Words } from './words.ts';

/** How much a page has to show. */
type Fill = keyof PageUrls;
export type Page = Readonly<{ path: string; fill: Fill; url: string }>;

/** Every page in each of these fills. */
export const allPages = (fills: readonly Fill[], words: Words = ORDINARY): Page[] =>
  Object.entries(pagesOf(words)).flatMap(([path, urls]) =>
    urls === 'download' ? [] : fills.map(fill => ({ path, fill, url: urls[fill] })),
  );

/** A browser with a tab for each of the desks. Pages are visited one after the other. */
export type Tour = Readonly<{
  browser: Browser;
  full: TestDesk;
  visit: (page: Page) => Promise<{ tab: Tab; status: number }>;
}> &
  AsyncDisposable;

/** @param options how the browser's pages are to be opened */
export const openTour = async (
  { words = ORDINARY, onlyFull = false }: { words?: Words; onlyFull?: boolean } = {},
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Tour> => {
  const stack = new AsyncDisposableStack();
  const browser = stack.adopt(await launchBrowser(), each => each.close());
  const open = async (desk: TestDesk): Promise<Tab> => {
    const { cookie } = desk.clerks.admin;
    const tab = stack.use(await openTab(browser, { url: desk.url, cookie, ...options }));
    await prepareInspection(tab.context);
    return tab;
  };
  const full = stack.use(await openFullDesk(words));
  const onFull = await open(full);
  const onEmpty = onlyFull ? onFull : await open(stack.use(await openDesk()));
  const onBroken = onlyFull ? onFull : await open(stack.use(await openBrokenDesk()));
  const pages = pagesOf(words);
  return {
    browser,
    full,
    visit: async ({ path, fill, url }) => {
      const isBroken = url === 'broken';
      const tab = isBroken ? onBroken : fill === 'empty' ? onEmpty : onFull;
      const urls = pages[path];
      const to = isBroken && urls !== undefined && urls !== 'download' ? urls.full : url;
      const response = await tab.page.goto(to);
      return { tab, status: response?.status() ?? 0 };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
