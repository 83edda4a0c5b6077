import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab, type Tab } from '../fixtures/browser.ts';
import { PACKING_LIMIT_MS } from '../fixtures/package.ts';
import { until } from '../fixtures/wait.ts';
import type { Stage } from './stage.ts';
import { describeWaiting } from './waiting.ts';

/* What users do with the example, in a browser; the same for both of its ways. */

const NAMES = { ada: 'Ada Lovelace', grace: 'Grace Hopper', alan: 'Alan Turing' };
type User = keyof typeof NAMES;

/** On Seam's page. */
const finish = async (page: Page, email: string, button = 'Sign in and connect'): Promise<void> => {
  await page.getByLabel('E-mail of your account there').fill(email);
  await page.getByRole('button', { name: button }).click();
};
const connected = (page: Page): Promise<void> =>
  page.getByText('Your lock account is connected.').waitFor();

const openLocks = async (page: Page): Promise<void> => {
  await page.getByRole('link', { name: 'Your locks' }).click();
};

export const describeExample = (name: string, open: () => Promise<Stage>): void => {
  describe.skipIf(!hasChromium())(name, () => {
    const stack = new AsyncDisposableStack();
    let browser: Browser;
    let stage: Stage;
    beforeAll(async () => {
      browser = stack.adopt(await launchBrowser(), each => each.close());
      stage = stack.use(await open());
    }, PACKING_LIMIT_MS);
    afterAll(() => stack.disposeAsync());

    const signedIn = async (user: User, options: { javaScriptEnabled?: boolean } = {}) => {
      const tab: Tab = await openTab(browser, { url: stage.app.url, ...options });
      await tab.page.goto('/');
      await tab.page.getByLabel('Who are you?').selectOption({ label: NAMES[user] });
      await tab.page.getByRole('button', { name: 'Sign in' }).click();
      await tab.page.getByRole('heading', { name: 'Your locks' }).waitFor();
      return tab;
    };
    const connect = async (page: Page, email: string): Promise<void> => {
      await page.getByRole('button', { name: 'Connect a lock' }).click();
      await finish(page, email);
      await connected(page);
    };
    const accountOf = (email: string): string =>
      stage.seam.fake.database.connected_accounts.find(
        ({ user_identifier: user }) => user?.email === email,
      )?.connected_account_id ?? '';
    const heard = (account: string, state: string) =>
      until(`the app to hear that ${account} is ${state}`, async () => {
        const { rows } = await stage.pool.query(
          'select from lock_accounts where connected_account_id = $1 and state = $2',
          [account, state],
        );
        return rows.length > 0;
      });
    /** What the app has, and what is true. */
    const agrees = () =>
      until('the app to agree', async () => {
        const { rows } = await stage.pool.query<{ agree: boolean }>(
          `select (select jsonb_object_agg(connected_account_id, array[user_id, state]) from lock_accounts where user_id is not null)
              is not distinct from
                  (select jsonb_object_agg(connected_account_id, array[user_id, state]) from reconciler_public.user_accounts) as agree`,
        );
        return rows[0]?.agree;
      });

    test.each([
      ['with scripts', true],
      ['without scripts', false],
    ])('a user connects a lock and is told when it is there, %s', async (_how, isOn) => {
      const email = `first-${isOn}@locks.example`;
      await using tab = await signedIn('ada', { javaScriptEnabled: isOn });
      const { page } = tab;
      await connect(page, email);
      expect(new URL(page.url()).origin).toBe(stage.app.url);
      await openLocks(page);
      await page.getByText('Your August account was connected.').first().waitFor();
      await page.locator('.card').getByText('Working').first().waitFor();
      await agrees();
      expect(tab.faults).toEqual([]);
    });

    test('whose login fails is told so, and tries again from there', async () => {
      await using tab = await signedIn('ada');
      const { page } = tab;
      await page.getByRole('button', { name: 'Connect a lock' }).click();
      await finish(page, 'second@locks.example', 'Sign in with a wrong password');
      await page.getByText('did not accept the sign-in').waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
      await finish(page, 'second@locks.example');
      await connected(page);
      expect(tab.faults).toEqual([]);
    });

    test('an account that stops working is shown so, and works again once reconnected', async () => {
      await using tab = await signedIn('grace');
      const { page } = tab;
      await connect(page, 'grace@locks.example');
      const account = accountOf('grace@locks.example');
      for (const [change, state, words] of [
        ['disconnect', 'disconnected', 'Stopped working'],
        ['request-reauthorization', 'reauthorization_requested', 'Needs you to sign in again'],
      ] as const) {
        await stage.sandbox.change(account, change);
        await heard(account, state);
        await page.goto('/locks');
        await page.locator('.card').getByText(words).waitFor();
        await page.getByRole('button', { name: 'Reconnect your August account' }).click();
        expect(await page.getByRole('radio').count()).toBe(1);
        await finish(page, 'grace@locks.example');
        await connected(page);
        await heard(account, 'connected');
        await openLocks(page);
        await page.locator('.card').getByText('Working').waitFor();
        await page.getByText('Your August account works again.').first().waitFor();
      }
      await agrees();
      expect(tab.faults).toEqual([]);
    });

    test('whose account has become another’s, before the app heard of it, gets no webview for it', async () => {
      await using tab = await signedIn('ada');
      const { page } = tab;
      await connect(page, 'sold@locks.example');
      const account = accountOf('sold@locks.example');
      await stage.relink(account, 'grace');
      await until('the app to hear of it', async () => {
        const { rows } = await stage.pool.query(
          `update lock_accounts set user_id = 'ada', state = 'disconnected'
            where connected_account_id = $1 and user_id = 'grace' returning 1`,
          [account],
        );
        return rows.length > 0;
      });
      const before = stage.seam.fake.database.connect_webviews.length;
      await page.goto('/locks');
      await page.getByRole('button', { name: 'Reconnect your August account' }).click();
      await page.getByText('not among yours any more').waitFor();
      expect(stage.seam.fake.database.connect_webviews).toHaveLength(before);
      await stage.pool.query(
        `update lock_accounts set user_id = 'grace', state = 'connected' where connected_account_id = $1`,
        [account],
      );
      expect(tab.faults.filter(each => !each.includes('409'))).toEqual([]);
    });

    describeWaiting(() => stage, signedIn);

    test('who connects an account once more that they have is told that it is connected', async () => {
      await using tab = await signedIn('grace');
      await connect(tab.page, 'again@locks.example');
      await openLocks(tab.page);
      await connect(tab.page, 'again@locks.example');
      expect(tab.faults).toEqual([]);
    });

    test('whose account can’t be told to be theirs is told that support has it', async () => {
      await using tab = await signedIn('alan');
      const { page } = tab;
      await page.getByRole('button', { name: 'Connect a lock' }).click();
      const id = /connect_webview_[\w-]+/.exec(page.url())?.[0];
      const webview = stage.seam.fake.database.connect_webviews.find(
        each => each.connect_webview_id === id,
      );
      Object.assign(webview ?? {}, { custom_metadata: {} });
      await finish(page, 'lost@locks.example');
      await page.getByText('Our support has been told').waitFor();
      expect(tab.faults).toEqual([]);
    });

    test('nobody sees or reconnects what is another’s', async () => {
      await using ada = await signedIn('ada');
      await ada.page.getByRole('button', { name: 'Connect a lock' }).click();
      await finish(ada.page, 'own@locks.example');
      await connected(ada.page);
      const attempt = ada.page.url();
      const account = accountOf('own@locks.example');
      await using alan = await signedIn('alan');
      await alan.page.getByText('You have not connected a lock yet.').waitFor();
      expect((await alan.page.goto(attempt))?.status()).toBe(404);
      const { request } = alan.context;
      const headers = { origin: stage.app.url };
      const reconnect = `${stage.app.url}/locks/${account}/reconnect`;
      expect((await request.post(reconnect, { headers })).status()).toBe(404);
      expect(
        (await request.post(reconnect, { headers: { origin: 'https://x.example' } })).status(),
      ).toBe(403);
      const stranger = await fetch(attempt, { redirect: 'manual' });
      expect([stranger.status, stranger.headers.get('location')]).toEqual([303, '/']);
    });

    test('killed while messages come and started again, it agrees, and each counts once', async () => {
      const emails = Array.from({ length: 8 }, (_, n) => `crowd-${n}@locks.example`);
      const accounts: string[] = [];
      const all = Promise.all(
        emails.map(async email => {
          const { connected_account_id: account } = await stage.sandbox.connect('alan', email);
          accounts.push(account);
          await stage.sandbox.change(account, 'disconnect');
        }),
      );
      await until('the first to be heard of', async () => {
        const { rows } = await stage.pool.query(
          "select from lock_accounts where user_id = 'alan' limit 1",
        );
        return rows.length > 0;
      });
      await stage.app.kill();
      await stage.app.start();
      await all;
      for (const account of accounts) await heard(account, 'disconnected');
      await agrees();
      const { rows } = await stage.pool.query<{ isOnce: boolean }>(
        `select count(*) = count(distinct message_id) as "isOnce" from handled_messages`,
      );
      expect(rows).toEqual([{ isOnce: true }]);
      const { rows: told } = await stage.pool.query<{ text: string; times: number }>(
        `select text, count(*)::int as times from notices where user_id = 'alan' group by text order by text`,
      );
      const times = new Map(told.map(row => [row.text, row.times]));
      expect(times.get('Your August account was connected.')).toBe(8);
      // What has stopped by the time that it is first checked is linked as it is then: nothing more is told.
      expect(times.get('Your August account stopped working.') ?? 0).toBeLessThanOrEqual(8);
      expect(times.size).toBeLessThanOrEqual(2);
    });
  });
};
