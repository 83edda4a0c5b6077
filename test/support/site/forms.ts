import type { Page } from 'playwright-core';

/** A form of a page, filled in as a person would, and what the next page then tells. */
type Form = Readonly<{
  page: string;
  /** Which of the page's faces. */
  face?: number;
  method: 'GET' | 'POST';
  press: string | RegExp;
  fillIn?: (page: Page) => Promise<void>;
  told: string | RegExp;
}>;

/** At least one of each kind of page; they are sent in this order, to the same desk. */
export const FORMS: readonly Form[] = [
  {
    page: '/connections',
    method: 'POST',
    press: /^Save/,
    fillIn: async page => {
      await page.getByText('Save this view').click();
      await page.getByLabel(/name/i).first().fill('My mornings');
    },
    told: 'The view “My mornings” is saved.',
  },
  {
    page: '/connections',
    face: 1,
    method: 'POST',
    press: /^Retry.*selected/,
    fillIn: async page => {
      for (const index of [0, 2]) await page.locator('input[name="subject"]').nth(index).check();
    },
    told: 'The retry of 2 has started.',
  },
  {
    page: '/connections',
    face: 1,
    method: 'POST',
    press: /^Retry all/,
    told: 'Nothing has been done yet.',
  },
  {
    page: '/connections/:subject',
    face: 4,
    method: 'POST',
    press: 'Retry now',
    told: 'Another look was asked for',
  },
  {
    page: '/connections/:subject',
    method: 'POST',
    press: /note/i,
    fillIn: page => page.locator('main textarea').first().fill('The user called.'),
    told: 'The user called.',
  },
  {
    page: '/connections/:subject',
    face: 3,
    method: 'POST',
    press: /^Open again/,
    told: /open/i,
  },
  {
    page: '/audit-log',
    method: 'GET',
    press: /filter|show/i,
    fillIn: page => page.getByLabel(/^who/i).fill('a support'),
    told: 'a support',
  },
  {
    page: '/operators',
    method: 'POST',
    press: 'Add operator',
    fillIn: page => page.getByLabel('Name', { exact: true }).fill('Marie'),
    told: 'Marie is added',
  },
  {
    page: '/connections/:subject/dismiss',
    method: 'POST',
    press: 'Dismiss with this note',
    fillIn: page => page.getByLabel('Why?').fill('A test of ours.'),
    told: 'Dismissed. It opens again by itself when it happens again.',
  },
  {
    page: '/connections/:subject/link',
    face: 1,
    method: 'GET',
    press: /find/i,
    fillIn: page => page.locator('main input[name="find"]').fill('User No. 3'),
    told: 'user.3@app.example',
  },
  {
    page: '/connections/:subject/link',
    face: 2,
    method: 'POST',
    press: /^Link/,
    fillIn: page => page.getByLabel(/why/i).fill('Ticket 4711'),
    told: 'Linked to User No. 3',
  },
  {
    page: '/bulk-runs/:id',
    method: 'POST',
    press: 'Start retry of 40',
    fillIn: page => page.getByLabel('Why').fill('users were imported'),
    told: 'The retry of 40 has started.',
  },
  { page: '/bulk-runs/:id', face: 1, method: 'POST', press: /^Stop/, told: 'Stopped' },
  { page: '/queue', method: 'GET', press: 'Pause queue…', told: 'Whoever finds the queue paused' },
  { page: '/queue', method: 'POST', press: /^Resume/, told: 'The queue goes on.' },
  {
    page: '/queue/pause',
    method: 'POST',
    press: 'Pause queue',
    fillIn: async page => {
      await page.getByLabel('Which Seam workspace').selectOption('workspace_2');
      await page.getByLabel('Why?').fill('The database is being moved.');
    },
    told: 'The queue is paused',
  },
];
