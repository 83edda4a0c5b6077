import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab, type Tab } from '../fixtures/browser.ts';
import { openDesk, type TestDesk } from '../fixtures/desk.ts';
import { addPasskeyFor } from '../fixtures/passkeys.ts';
import { addWithPassword } from '../fixtures/passwords.ts';
import { freePort } from '../fixtures/ports.ts';

const PASSWORD = 'violet anvil crosses pond';

/** Chromium's own authenticator, as a laptop has one: its holder is verified, unless it is told otherwise. */
const addAuthenticator = async ({ context, page }: Tab) => {
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    count: async () =>
      (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    setVerified: (isUserVerified: boolean) =>
      cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
};

const signOut = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
};

const showPassword = async (page: Page, name: string): Promise<void> => {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
};

const addPasskey = async (page: Page, name: string): Promise<void> => {
  await page.getByLabel('Name, so that you know it again').fill(name);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
};

describe.skipIf(!hasChromium())('with Chromium’s own authenticator', () => {
  let browser: Browser;
  let desk: TestDesk;
  let url: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    const port = await freePort();
    url = `http://localhost:${port}`;
    desk = await openDesk({ consoleUrl: url }, { port });
  });
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
  });

  test('a passkey is added, signs in alone and after the password, and no more once it is removed', async () => {
    await addWithPassword(desk.database.pool, { name: 'Ada', role: 'support', password: PASSWORD });
    await using tab = await openTab(browser, { url });
    const { page } = tab;
    const authenticator = await addAuthenticator(tab);
    await page.goto('/support/account');
    await showPassword(page, 'Ada');
    await page.getByRole('link', { name: 'Add a passkey' }).click();
    await addPasskey(page, 'Work laptop');
    await page.getByText('The passkey Work laptop was added.').waitFor();
    expect(await authenticator.count()).toBe(1);

    // The same device isn't asked to make a second one.
    await addPasskey(page, 'Again');
    await page.getByText('This device has a passkey for you already.').waitFor();
    await page.getByLabel('New name of Work laptop').fill('Laptop');
    await page.getByRole('button', { name: 'Rename Work laptop' }).click();
    await page.getByRole('rowheader', { name: 'Laptop', exact: true }).waitFor();

    await signOut(page);
    await page.goto('/support/sign-in?next=/support/account/passkeys');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL('**/support/account/passkeys');

    await signOut(page);
    await page.goto('/support/sign-in?next=/support/account/passkeys');
    await showPassword(page, 'Ada');
    await page.getByRole('heading', { name: 'Now your passkey' }).waitFor();
    await page.goto('/support');
    await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
    await page.goto('/support/sign-in/second-step?next=/support/account/passkeys');
    await authenticator.setVerified(false);
    await page.getByRole('button', { name: 'Use your passkey' }).click();
    await page.getByText('The browser made or used no passkey').waitFor();
    await authenticator.setVerified(true);
    await page.getByRole('button', { name: 'Use your passkey' }).click();
    await page.waitForURL('**/support/account/passkeys');

    await page.getByRole('button', { name: 'Remove Laptop' }).click();
    await page.getByText('The passkey Laptop was removed.').waitFor();
    await signOut(page);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('This passkey didn’t let you in').waitFor();
    await page.getByRole('link', { name: 'Back to sign-in' }).click();
    await showPassword(page, 'Ada');
    await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
    // The answer to the removed one is a 422, which the browser tells of, too.
    expect(tab.faults.filter(fault => !fault.includes('422'))).toEqual([]);
  });

  test('at another address of this machine the page says where passkeys work', async () => {
    await using tab = await openTab(browser, { url: url.replace('localhost', '127.0.0.1') });
    await addAuthenticator(tab);
    await tab.page.goto('/support/sign-in');
    await tab.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await tab.page.getByText(`Passkeys only work at ${url}`).waitFor();
  });

  test('without scripts the page says so, and the password goes on to the second step, which says so, too', async () => {
    const bea = await desk.signIn({ name: 'Bea', password: PASSWORD, role: 'support' });
    await addPasskeyFor(desk.database, bea);
    await using tab = await openTab(browser, { url, javaScriptEnabled: false });
    const { page } = tab;
    await page.goto('/support/sign-in');
    await page.getByText('Passkeys need JavaScript').waitFor();
    expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(0);
    await showPassword(page, 'Bea');
    await page.getByRole('heading', { name: 'Now your passkey' }).waitFor();
    await page.getByText('Passkeys need JavaScript').waitFor();
    expect(await page.getByRole('button', { name: 'Use your passkey' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Sign in another way' }).click();
    await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  });
});
