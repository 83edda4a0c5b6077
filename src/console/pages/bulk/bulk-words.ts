import type { BulkRun } from '../../../support/bulk/read.ts';
import { BULK_STATE_WORDS, type BulkState, leftOutLines } from '../../../support/bulk/words.ts';
import { type Html, html } from '../../view/html.ts';

/** How a bulk run stands, in text and icon. */
export const bulkBadge = (state: BulkState): Html => {
  const { label, mood, icon } = BULK_STATE_WORDS[state];
  return html`<span class="state ${mood}"><span aria-hidden="true">${icon}</span> ${label}</span>`;
};

/** What matched and is left out; nothing where all is in it. */
export const leftOutList = ({ left_out }: Pick<BulkRun, 'left_out'>): Html | null => {
  const lines = leftOutLines(left_out);
  if (lines.length === 0) return null;
  return html`<h2>Left out</h2><ul>${lines.map(line => html`<li>${line}</li>`)}</ul>`;
};
