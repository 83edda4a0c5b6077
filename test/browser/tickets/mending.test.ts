import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { personOf } from '../../../src/sandbox/fill/people.ts';
import { hasChromium } from '../../fixtures/browser.ts';
import { caseThat, openFilledDesk } from '../../fixtures/filled-desk.ts';
import { promisedSteps } from '../../fixtures/hands.ts';

/* Tickets after which something is different. */

describe.skipIf(!hasChromium())('tickets that are mended', () => {
  let filled: Awaited<ReturnType<typeof openFilledDesk>>;
  beforeAll(async () => {
    filled = await openFilledDesk();
  });
  afterAll(() => filled[Symbol.asyncDispose]());

  test('1: “I connected my lock, but the app doesn’t show it”: linked to who wrote', async () => {
    await using tab = await filled.open();
    const { page, hands } = tab;
    const number = caseThat(
      plan => plan.state === 'failed' && plan.prefix !== '' && plan.number % 8 !== 5,
    );
    const { email, name } = personOf(number);
    await hands.search(email);
    await hands.click(page.locator('tbody').getByText('User not found').first());
    await hands.click(page.getByRole('link', { name: 'Link to user…' }));
    await hands.click(page.getByRole('link', { name, exact: true }));
    await hands.paste('Ticket 4712: wrote from this address.', page.getByLabel('Why?'));
    await hands.click(page.getByRole('button', { name: `Link to ${name}` }));
    await page.getByText(`Linked to ${name}. The check follows`).waitFor();
    expect(hands.steps()).toEqual(promisedSteps(1));
    expect(tab.faults).toEqual([]);
  });

  test('5: “my lock stopped working”: a new webview, and its link copied', async () => {
    await using tab = await filled.open();
    const { page, hands } = tab;
    await tab.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const number = caseThat(
      plan => plan.trouble === 'lost_access' && plan.workspace === 0 && plan.number % 8 !== 5,
    );
    await hands.search(personOf(number).email);
    await page.getByRole('heading', { level: 1, name: 'lost access' }).waitFor();
    await hands.click(page.getByRole('link', { name: 'Send a new webview…' }));
    await hands.click(page.getByRole('button', { name: 'Create webview' }));
    await page.getByText('It is shown only once').waitFor();
    await hands.click(page.getByRole('button', { name: 'Copy link' }));
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^https:/);
    expect(hands.steps()).toEqual(promisedSteps(5));
    expect(tab.faults).toEqual([]);
  });

  test('6: two people share a lock, and it is the wrong one’s', async () => {
    await using tab = await filled.open();
    const { page, hands } = tab;
    const number = caseThat(
      plan => plan.state === 'linked' && plan.number > 20 && plan.number % 9 === 1,
    );
    const right = personOf(number + 2);
    await hands.search(personOf(number).email);
    await hands.click(page.getByRole('link', { name: 'Link to user…' }));
    await hands.paste(right.email, page.getByLabel('User id, e-mail or name'));
    await hands.press('Enter');
    await hands.click(page.getByRole('link', { name: right.name, exact: true }));
    await hands.paste('Ticket 4713: both wrote.', page.getByLabel('Why?'));
    await hands.click(page.getByRole('button', { name: `Link to ${right.name}` }));
    await page.getByText(`Linked to ${right.name}. The check follows`).waitFor();
    expect(hands.steps()).toEqual(promisedSteps(6));
    expect(tab.faults).toEqual([]);
  });

  test('7: all of one tenant, whose ids have a prefix, each to the right user', async () => {
    await using tab = await filled.open();
    const { page, hands } = tab;
    await hands.click(page.getByText('None of our users has that id.').first());
    await hands.click(page.getByRole('link', { name: /begin tenant-9:$/ }));
    await hands.click(page.getByText('More for all matching'));
    await hands.click(page.getByRole('button', { name: /^Link all/ }));
    await hands.click(page.getByRole('button', { name: 'Show the user of each' }));
    await hands.paste('Ticket 4714: moved to us.', page.getByLabel(/^Why\?/));
    await hands.click(page.getByRole('button', { name: /^Link \d+$/ }));
    await page.getByText(/^Started/).waitFor();
    expect(hands.steps()).toEqual(promisedSteps(7));
    expect(tab.faults).toEqual([]);
  });
});
