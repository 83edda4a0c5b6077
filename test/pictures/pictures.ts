import type { Page } from 'playwright-core';

type Picture = Readonly<{
  name: string;
  dark?: boolean;
  /** Goes there from the first page of the console. */
  open: (page: Page, sandboxUrl: string) => Promise<unknown>;
}>;

const stay = async (): Promise<void> => undefined;

/** In this order: the one before may leave something to see. */
export const PICTURES: readonly Picture[] = [
  { name: 'home', open: stay },
  { name: 'home-dark', dark: true, open: stay },
  { name: 'queue', open: page => page.getByRole('link', { name: 'Queue' }).click() },
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
