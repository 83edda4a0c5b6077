import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { personOf } from '../../../src/sandbox/fill/people.ts';
import { hasChromium } from '../../fixtures/browser.ts';
import { caseThat, openFilledDesk } from '../../fixtures/filled-desk.ts';
import { promisedSteps } from '../../fixtures/hands.ts';

/* Tickets whose answer is on the page that search opens. */

describe.skipIf(!hasChromium())('tickets that are answered by looking', () => {
  let filled: Awaited<ReturnType<typeof openFilledDesk>>;
  beforeAll(async () => {
    filled = await openFilledDesk();
  });
  afterAll(() => filled[Symbol.asyncDispose]());

  test('2: a telephone number, as the customer writes it', async () => {
    await using tab = await filled.open();
    const number = caseThat(plan => plan.number % 9 === 4 && plan.state === 'linked');
    const { phone, name } = personOf(number);
    const [, area, ...rest] = phone.split(' ');
    await tab.hands.search(`0049 (${area}) ${rest.join('-')}`);
    await tab.page.getByRole('heading', { level: 1, name }).waitFor();
    expect(tab.hands.steps()).toEqual(promisedSteps(2));
    expect(tab.faults).toEqual([]);
  });

  test('3: a name without its accents, in capital letters', async () => {
    await using tab = await filled.open();
    const plainName = (number: number): string =>
      personOf(number).name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toUpperCase();
    const number = caseThat(
      plan =>
        plan.state === 'linked' &&
        /^[A-Z]+ [A-Z]+$/.test(plainName(plan.number)) &&
        personOf(plan.number).name.normalize('NFD') !== personOf(plan.number).name,
    );
    await tab.hands.search(plainName(number));
    await tab.page.getByRole('heading', { level: 1, name: personOf(number).name }).waitFor();
    expect(tab.hands.steps()).toEqual(promisedSteps(3));
    expect(tab.faults).toEqual([]);
  });

  test('4: a whole e-mail, with one of Seam’s addresses in it', async () => {
    await using tab = await filled.open();
    const number = caseThat(plan => plan.state === 'linked' && plan.number % 7 === 3);
    const id = filled.webviewOf(number);
    await tab.hands.search(
      `Hello, it was this one: “https://connect.getseam.com/connect_webviews/view?connect_webview_id=${id}”. Thanks!`,
    );
    await tab.page.getByRole('heading', { level: 1, name: personOf(number).name }).waitFor();
    expect(tab.hands.steps()).toEqual(promisedSteps(4));
    expect(tab.faults).toEqual([]);
  });

  test('8: who had the lock before', async () => {
    await using tab = await filled.open();
    const number = caseThat(plan => plan.hadOwner && plan.state === 'linked');
    // Whose it was: see the sandbox’s links.
    await tab.hands.search(personOf(number + 1).email);
    await tab.hands.click(
      tab.page
        .locator('tbody')
        .getByText(/^was .*until/)
        .first(),
    );
    await tab.page.getByRole('heading', { level: 1, name: personOf(number).name }).waitFor();
    await tab.page
      .getByText(/No longer linked to/)
      .first()
      .waitFor();
    expect(tab.hands.steps()).toEqual(promisedSteps(8));
    expect(tab.faults).toEqual([]);
  });

  test('9: “it was fine yesterday”: when access was lost, and when it came back', async () => {
    await using tab = await filled.open();
    const number = caseThat(plan => plan.outages > 0 && plan.number % 9 !== 0 && plan.number > 9);
    await tab.hands.search(personOf(number).email);
    const happened = tab.page.getByRole('list', { name: 'What happened, newest first' });
    await happened
      .getByText(/lost access/)
      .first()
      .waitFor();
    await happened
      .getByText(/has access/)
      .first()
      .waitFor();
    expect(tab.hands.steps()).toEqual(promisedSteps(9));
    expect(tab.faults).toEqual([]);
  });

  test('10: the ticket that a colleague noted', async () => {
    const number = caseThat(plan => plan.state === 'linked' && plan.number % 7 === 5);
    await filled.desk.clerks['on-call'].post(
      `/support/connections/connect_webview:${filled.webviewOf(number)}/notes`,
      { text: 'Called back about ticket 4711.' },
    );
    await using tab = await filled.open();
    await tab.hands.search('4711');
    await tab.page.getByRole('heading', { level: 1, name: personOf(number).name }).waitFor();
    await tab.page.getByText('Called back about ticket 4711.').first().waitFor();
    expect(tab.hands.steps()).toEqual(promisedSteps(10));
    expect(tab.faults).toEqual([]);
  });
});
