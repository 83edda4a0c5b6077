import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addOperator } from '../../src/operators/operators.ts';
import { hasChromium, launchBrowser, openTab, type Tab } from '../fixtures/browser.ts';
import { type House, openHouse } from '../fixtures/house.ts';
import { SHELL } from '../fixtures/shell.ts';

const PASSWORD = 'correct horse battery staple';

/** "I connected my August lock but the app doesn't show it": from the ticket to mended, on real processes. */
describe.skipIf(!hasChromium())('a ticket, from search to mended', () => {
  const stack = new AsyncDisposableStack();
  let browser: Browser;
  let house: House;
  beforeAll(async () => {
    browser = stack.adopt(await launchBrowser(), each => each.close());
    house = stack.use(await openHouse('postgres'));
    const { pool } = house.database;
    await pool.query(
      `insert into reconciler.users (id, name, email) values ('grace', 'Grace Hopper', 'grace@app.example')`,
    );
    await addOperator(pool, SHELL, { name: 'maria', role: 'support', password: PASSWORD });
  });
  afterAll(() => stack.disposeAsync());

  /** A user connects an account, and Seam tells of it. @returns its case, once it has been looked at */
  const connect = async (metadata: Record<string, string>, email: string, state: string) => {
    const webviewId = await house.seam.createWebview(metadata);
    const { events } = await house.seam.completeWebview(webviewId, { email });
    await house.deliver(...events);
    if (state === 'failed') return house.settled(webviewId, state);
    return webviewId;
  };

  const signIn = async ({ page }: Tab): Promise<void> => {
    await page.goto('/support');
    await page.getByLabel('Name').fill('maria');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Needs attention', level: 1 }).waitFor();
  };

  const search = async ({ page }: Tab, text: string): Promise<void> => {
    // Shown by the script that also listens to the keys.
    await page.getByRole('button', { name: 'Keyboard shortcuts (?)' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };

  test('whose webview carried no user id: found by the account’s e-mail, linked by hand', async () => {
    await connect({}, 'gh@locks.example', 'failed');
    await using tab = await openTab(browser, { url: house.url });
    const { page } = tab;
    await signIn(tab);
    await search(tab, 'GH@locks.example');

    const main = page.locator('main');
    await main.getByText('The webview was created without our user id').first().waitFor();
    await page.getByRole('link', { name: 'Link to user…' }).click();
    await page.getByLabel('User id, e-mail or name').fill('grace@');
    await page.getByRole('button', { name: 'Find users' }).click();
    await page.getByRole('link', { name: 'Grace Hopper', exact: true }).click();
    await page.getByRole('heading', { name: 'The account' }).waitFor();
    await page.getByLabel('Why?').fill('Ticket 4711: she called from the number we have on file.');
    await page.getByRole('button', { name: 'Link to Grace Hopper' }).click();

    await page.getByText('Linked to Grace Hopper. The check follows').waitFor();
    await main.getByText('Linked', { exact: true }).first().waitFor();
    const match = await house.settled('grace', 'linked');
    expect(match.user_id).toBe('grace');
    const { rows } = await house.database.pool.query(
      `select actor_name, face, action, why from reconciler.audit_log where action = 'link'`,
    );
    expect(rows).toMatchObject([
      { actor_name: 'maria', face: 'console', why: expect.stringContaining('4711') },
    ]);
    expect(tab.faults).toEqual([]);
  });

  test('whose user is of nobody yet: once there is one, "Retry now" mends it before one’s eyes', async () => {
    await connect({ id: 'new_user' }, 'new@locks.example', 'retrying');
    await using tab = await openTab(browser, { url: house.url });
    const { page } = tab;
    await signIn(tab);
    await search(tab, 'new_user');
    await page.getByText('None of our users has that id.').first().waitFor();
    await house.addUser('new_user');
    await page.getByRole('button', { name: 'Retry now' }).click();
    await page.getByText('Retry requested').waitFor();
    await page.locator('main').getByText('Linked', { exact: true }).first().waitFor();
    expect((await house.settled('new_user', 'linked')).user_id).toBe('new_user');
    expect(tab.faults).toEqual([]);
  });
});
