import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchBrowser, openTab, type Tab } from '../fixtures/browser.ts';
import { addConnection, openDesk, type TestDesk } from '../fixtures/desk.ts';
import { accessibilityFaults, prepareInspection, sidewaysFaults } from '../fixtures/inspect.ts';

const pathOf = (subject: string): string => `/support/connections/${encodeURIComponent(subject)}`;

describe.skipIf(!hasChromium())('linking by hand in a browser', () => {
  let browser: Browser;
  let desk: TestDesk;
  beforeAll(async () => {
    browser = await launchBrowser();
    desk = await openDesk();
    await desk.database.pool.query(
      `insert into reconciler.users (id, name, email)
       values ('ada', 'Ada Lovelace', 'ada@locks.example'), ('bob', 'Bob', null)`,
    );
  });
  afterAll(async () => {
    await browser.close();
    await desk[Symbol.asyncDispose]();
  });

  const add = async (name: string): Promise<string> => {
    const subject = `connect_webview:${name}`;
    await addConnection(desk.database, {
      subject,
      accountId: name,
      reason: 'metadata_id_missing',
    });
    await desk.database.pool.query(
      `insert into reconciler.connected_accounts
              (connected_account_id, account_type_display_name, user_identifier, custom_metadata,
               errors, warnings, accepted_capabilities, state, read_by_run)
       values ($1, 'August', '{"email":"ada@locks.example"}', '{}', '[]', '[]', '[]', 'connected', 0)`,
      [name],
    );
    return subject;
  };
  const addLink = (name: string) =>
    desk.database.pool.query(
      `insert into reconciler.links (connected_account_id, user_id, linked_by_run) values ($1, 'ada', 1)`,
      [name],
    );
  const linkedTo = async (name: string) =>
    (
      await desk.database.pool.query(
        'select user_id, unlinked_because from reconciler.links where connected_account_id = $1 order by id',
        [name],
      )
    ).rows;
  const open = (options: { javaScriptEnabled?: boolean } = {}): Promise<Tab> =>
    openTab(browser, { url: desk.url, cookie: desk.clerks.support.cookie, ...options });

  test.each([true, false])(
    'from finding the user to linked and undone (with scripts: %s)',
    async javaScriptEnabled => {
      const name = `account_${javaScriptEnabled}`;
      const subject = await add(name);
      await using tab = await open({ javaScriptEnabled });
      const { page } = tab;
      await page.goto(`${pathOf(subject)}/link`);
      await page.getByLabel('User id, e-mail or name').fill('ada@');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Ada Lovelace' }).click();
      await page.getByText('✓ same as the account’s').waitFor();
      await page.getByLabel('Why?').fill('She told us on the phone, ticket 4711.');
      await page.getByRole('button', { name: 'Link to Ada Lovelace' }).dblclick();
      await page.getByText(/Linked to Ada Lovelace\.|This was already done/).waitFor();
      // Without scripts both clicks go out: should the second be answered first, the first is told a page later.
      const told = page.getByText('Linked to Ada Lovelace.');
      if (!(await told.isVisible())) await page.reload();
      await told.waitFor();
      expect(await linkedTo(name)).toEqual([{ user_id: 'ada', unlinked_because: null }]);
      await page.getByRole('button', { name: 'Undo the link to Ada Lovelace' }).click();
      await page.getByText('The link to Ada Lovelace was undone').waitFor();
      expect(await linkedTo(name)).toEqual([{ user_id: 'ada', unlinked_because: 'undone' }]);
      expect(tab.faults).toEqual([]);
    },
  );

  test.each([true, false])(
    'from the case to unlinked and undone (with scripts: %s)',
    async javaScriptEnabled => {
      const name = `unlinked_${javaScriptEnabled}`;
      const subject = await add(name);
      await addLink(name);
      await using tab = await open({ javaScriptEnabled });
      const { page } = tab;
      await page.goto(pathOf(subject));
      await page.getByRole('link', { name: 'Unlink…' }).click();
      await page.getByLabel('Why?').fill('It is her neighbour’s, ticket 4711.');
      await page.getByRole('button', { name: 'Unlink from Ada Lovelace' }).click();
      await page.getByText('Unlinked from Ada Lovelace.').waitFor();
      await page.getByText('“It is her neighbour’s, ticket 4711.”').first().waitFor();
      expect(await linkedTo(name)).toEqual([
        { user_id: 'ada', unlinked_because: 'unlinked_by_hand' },
      ]);
      await page.goto(pathOf(subject));
      await page.getByRole('button', { name: 'Undo the unlinking' }).click();
      await page.getByText('The unlinking was undone').waitFor();
      expect((await linkedTo(name)).at(-1)).toEqual({ user_id: 'ada', unlinked_because: null });
      expect(tab.faults).toEqual([]);
    },
  );

  test('both sides and a note that is missing: readable by everybody, at 320 pixels', async () => {
    const subject = await add('narrow');
    await using tab = await open();
    const { page } = tab;
    await prepareInspection(tab.context);
    await page.goto(`${pathOf(subject)}/link?user=ada`);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sidewaysFaults(page)).toEqual([]);
    await page.locator('#why').evaluate(field => field.removeAttribute('required'));
    await page.getByRole('button', { name: 'Link to Ada Lovelace' }).click();
    await page.getByRole('alert').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Write a note' }).click();
    expect(await page.evaluate('document.activeElement.id')).toBe('why');
    expect(await linkedTo('narrow')).toEqual([]);
  });
});
