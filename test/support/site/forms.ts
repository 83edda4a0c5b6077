import type { Page } from 'playwright-core';

/** A form of a page, filled in as a person would, and what the next page then tells. */
type Form = Readonly<{
  page: string;
  method: 'GET' | 'POST';
  press: string | RegExp;
  fillIn?: (page: Page) => Promise<void>;
  told: string | RegExp;
}>;

/** At least one of each kind of page; they are sent in this order, to the same desk. */
export const FORMS: readonly Form[] = [
  {
    page: '/connections/:subject',
    method: 'POST',
    press: 'Retry now',
    told: 'Another look was asked for',
  },
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
