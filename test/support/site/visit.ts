import type { Browser } from 'playwright-core';
import { launchBrowser, openTab, type Tab } from '../browser.ts';
import { openDesk, type TestDesk } from '../desk.ts';
import { prepareInspection } from '../inspect.ts';
import { pagesOf } from './pages.ts';
import { openBrokenDesk, openFullDesk } from './site.ts';
import { ORDINARY, type Words } from './words.ts';

/** How much a page has to show. */
type Fill = 'full' | 'empty' | 'error';
/** `face`: which of the page's faces; 0 is the first. */
export type Visit = Readonly<{ path: string; fill: Fill; face: number }>;

/** Every page in each of these fills. */
export const allPages = (fills: readonly Fill[]): Visit[] =>
  Object.entries(pagesOf(ORDINARY)).flatMap(([path, urls]) =>
    urls === 'download'
      ? []
      : fills.flatMap(fill => {
          const faces = fill === 'full' ? (urls.more?.length ?? 0) : 0;
          return Array.from({ length: faces + 1 }, (_, face) => ({ path, fill, face }));
        }),
  );

/** A browser with a tab for each of the desks. Pages are visited one after the other. */
export type Tour = Readonly<{
  browser: Browser;
  full: TestDesk;
  visit: (page: Visit) => Promise<{ tab: Tab; status: number }>;
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
    visit: async ({ path, fill, face }) => {
      const urls = pages[path];
      if (urls === undefined || urls === 'download') throw new Error(`${path} is no page`);
      const wanted = face === 0 ? urls[fill] : (urls.more?.[face - 1] ?? urls.full);
      if (wanted === 'broken') return goTo(onBroken, urls.full);
      if (typeof wanted === 'string') return goTo(fill === 'empty' ? onEmpty : onFull, wanted);
      await goTo(onFull, urls.full);
      return { tab: onFull, status: await sendAsItIs(onFull, wanted.press) };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

const goTo = async (tab: Tab, url: string): Promise<{ tab: Tab; status: number }> => {
  const response = await tab.page.goto(url);
  return { tab, status: response?.status() ?? 0 };
};

/** Sends a form whatever the browser thinks of what is in it. @returns the status of the answer */
const sendAsItIs = async ({ page }: Tab, press: string): Promise<number> => {
  const button = page.locator('main').getByRole('button', { name: press, exact: true });
  await button.evaluate(element => Reflect.set(Reflect.get(element, 'form'), 'noValidate', true));
  const answered = page.waitForResponse(response => response.request().method() === 'POST');
  await button.click();
  const status = (await answered).status();
  await page.getByRole('alert').waitFor();
  return status;
};
