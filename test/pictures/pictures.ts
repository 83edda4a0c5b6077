import type { Page } from 'playwright-core';

type Picture = Readonly<{
  name: string;
  dark?: boolean;
  /** Goes there from the first page of the console. */
  open: (page: Page, sandboxUrl: string) => Promise<unknown>;
}>;

const stay = async (): Promise<void> => undefined;

/** Whose webview carried no user id. */
const FORGOTTEN = 'Schlage grace@example.com';

/** The case of an account. */
const openCase = async (page: Page, sandboxUrl: string, account: string): Promise<void> => {
  await page.goto(`${sandboxUrl}/app`);
  await page.getByRole('link', { name: account }).click();
  await page.getByRole('link', { name: 'Link to user…' }).waitFor();
};

const menu = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name }).click();

/** A page of the console, by its address. */
const goTo = (page: Page, to: string): Promise<unknown> =>
  page.goto(new URL(`/support${to}`, page.url()).href);

/** In this order: the one before may leave something to see. */
export const PICTURES: readonly Picture[] = [
  { name: 'home', open: stay },
  { name: 'home-dark', dark: true, open: stay },
  { name: 'list', open: page => goTo(page, '/connections?state=failed&reason=user_not_found') },
  { name: 'search', open: page => goTo(page, '/search?q=garcia') },
  {
    name: 'stopped',
    open: async page => {
      await goTo(page, '/connections?standing=disconnected');
      await page.locator('#list tbody a.whole').first().click();
      await page.getByRole('heading', { name: 'What happened' }).waitFor();
    },
  },
  { name: 'case', open: (page, url) => openCase(page, url, FORGOTTEN) },
  {
    name: 'link',
    open: async (page, url) => {
      await openCase(page, url, FORGOTTEN);
      await page.getByRole('link', { name: 'Link to user…' }).click();
      await page.getByLabel('User id, e-mail or name').fill('grace');
      await page.getByRole('button', { name: 'Find users' }).click();
      await page.getByRole('link', { name: 'Grace Hopper', exact: true }).first().click();
      await page
        .getByLabel('Why?')
        .fill('Ticket 4711: she called from the number we have on file.');
    },
  },
  {
    name: 'bulk-preview',
    open: async page => {
      await menu(page, 'Connections');
      await page.getByRole('button', { name: /^Retry all/ }).click();
      await page.getByText('Nothing has been retried yet.').waitFor();
    },
  },
  { name: 'queue', open: page => menu(page, 'Queue') },
  { name: 'audit-log', open: page => menu(page, 'Audit log') },
  { name: 'pretend-app', open: (page, url) => page.goto(`${url}/app`) },
  {
    name: 'pretend-webview',
    open: async (page, url) => {
      await page.goto(`${url}/app`);
      await page.getByRole('button', { name: 'Open a Connect Webview' }).click();
      await page.getByLabel('E-mail of your account there').fill('ada@locks.example');
    },
  },
];
