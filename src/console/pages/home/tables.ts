import { cappedText, sumOfCounts } from '../../../model/capped-count.ts';
import type { AttentionRow, AttentionTab } from '../../../support/finding/attention.ts';
import type { StandingRow } from '../../../support/finding/attention-standings.ts';
import { formatFilter, NO_FILTER } from '../../../support/finding/connection-filter.ts';
import { reasonSentence, reasonTitle } from '../../../support/words/reason-words.ts';
import { STANDING_WORDS } from '../../../support/words/standing-words.ts';
import { STATE_WORDS } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import { spark } from '../../view/spark.ts';
import { ago, stateBadge } from '../../view/words.ts';
import { connectionsText } from '../connections/cells.ts';
import { folded } from './folded.ts';

/* The tables of the home page: a row leads to the list of what it counts. */

const SETTLED_SENTENCES: Readonly<Record<string, string>> = {
  linked: 'The account is linked to its user.',
  no_action: 'There was nothing to link: the sign-in failed, or the account was deleted.',
};

const titleOf = ({ state, reason }: AttentionRow): Html =>
  reason === null ? stateBadge(state) : html`<strong>${reasonTitle(reason)}</strong>`;

const sentenceOf = ({ state, reason }: AttentionRow): string =>
  reason === null ? (SETTLED_SENTENCES[state] ?? '') : reasonSentence(reason);

const reasonRow = (row: AttentionRow): Html => {
  const { state, reason } = row;
  const to = href(['connections'], formatFilter({ ...NO_FILTER, state, reason }));
  const name = reason === null ? STATE_WORDS[state].label : reasonTitle(reason);
  return html`<tr class="leads">
      <th scope="row">${titleOf(row)}<br><small>${sentenceOf(row)}</small></th>
      <td class="number" data-label="Connections">${cappedText(row.connections)}</td>
      ${reason === null ? '' : html`<td class="number" data-label="People">${row.people?.toLocaleString('en') ?? html`<span class="faint" title="Too many connections to count people">many</span>`}</td>`}
      <td data-label="Oldest">${ago(row.oldest_at)}</td>
      ${reason === null ? '' : html`<td data-label="Failed runs, last day">${spark(row.failed_runs_by_hour)}</td>`}
      <td class="end"><a class="button whole" href="${to}">Review ${cappedText(row.connections)}<span class="hidden">: ${name}</span></a></td>
    </tr>`;
};

const reasonTable = (caption: string, rows: readonly AttentionRow[], label: string): Html => {
  const isByReason = rows.some(({ reason }) => reason !== null);
  return html`<div class="table cards" tabindex="0" role="region" aria-label="${label}">
    <table class="reasons">
      <caption>${caption}</caption>
      <thead><tr>
        <th scope="col">What happened</th>
        <th scope="col" class="number">Connections</th>
        ${isByReason ? html`<th scope="col" class="number"><abbr title="Connections, counted once per user id, or else per account">People</abbr></th>` : ''}
        <th scope="col">Oldest</th>
        ${isByReason ? html`<th scope="col">Failed runs, last day</th>` : ''}
        <th scope="col"><span class="hidden">Review</span></th>
      </tr></thead>
      <tbody>${rows.map(reasonRow)}</tbody>
    </table></div>`;
};

/** `10 more reasons: 88 connections`. */
const moreText =
  (what: string) =>
  (rows: readonly Pick<AttentionRow, 'connections'>[]): string =>
    `${rows.length} more ${what}: ${connectionsText(sumOfCounts(rows.map(({ connections }) => connections)))}`;

const byReason = (
  id: string,
  title: string,
  caption: string,
  rows: readonly AttentionRow[],
): Html | null =>
  folded(
    { id, title, rows },
    (part, label) => reasonTable(caption, part, label),
    moreText('reasons'),
  );

/** What failed or is being retried; or what was dismissed; or what is settled: by reason, or by state. */
export const reasonTables = (rows: readonly AttentionRow[], tab: AttentionTab): Html => {
  const of = (state: AttentionRow['state']): AttentionRow[] =>
    rows.filter(row => row.state === state);
  switch (tab) {
    case 'open':
      return html`${byReason('failed', 'Action needed', 'Open a row to see what to do', of('failed'))}
        ${byReason('retrying', 'Retrying automatically', 'Review any that persist', of('retrying'))}`;
    case 'dismissed':
      return html`${byReason('dismissed', 'Dismissed with a note', 'They reopen automatically if it happens again', rows)}`;
    case 'settled':
      return html`${byReason(
        'settled',
        'Settled',
        'Nothing to do',
        rows.filter(({ state }) => state !== 'linked'),
      )}`;
    default:
      return tab satisfies never;
  }
};

const standingRow = (row: StandingRow, tab: AttentionTab): Html => {
  const { title, sentence } = STANDING_WORDS[row.standing];
  const isSettled = tab === 'settled';
  const name =
    isSettled && row.standing !== 'working' ? `Linked, but: ${title.toLowerCase()}` : title;
  const filter = {
    ...NO_FILTER,
    state: isSettled ? ('linked' as const) : null,
    standing: row.standing,
  };
  const to = href(['connections'], formatFilter(filter));
  return html`<tr class="leads">
      <th scope="row"><strong>${name}</strong><br><small>${sentence}</small></th>
      <td class="number" data-label="Connections">${cappedText(row.connections)}</td>
      <td class="number" data-label="People">${row.people.toLocaleString('en')}</td>
      <td data-label="Oldest">${row.oldest_at === null ? html`<span class="faint">not known</span>` : ago(row.oldest_at)}</td>
      <td class="end"><a class="button whole" href="${to}">Review ${cappedText(row.connections)}<span class="hidden">: ${name}</span></a></td>
    </tr>`;
};

/** Locks that stopped; or, of what is linked, what works and what doesn't. They are few: all are in sight. */
export const standingTable = (rows: readonly StandingRow[], tab: AttentionTab): Html | null => {
  if (rows.length === 0) return null;
  const title = tab === 'open' ? 'Locks that stopped' : 'Linked to a user';
  return html`<section class="folded" aria-labelledby="standings">
    <h2 id="standings">${title}</h2>
    <div class="table cards" tabindex="0" role="region" aria-label="${title}">
    <table class="reasons">
      <caption>${tab === 'open' ? 'The user may have to sign in again' : 'How their lock accounts stand'}</caption>
      <thead><tr>
        <th scope="col">How the lock account stands</th>
        <th scope="col" class="number">Connections</th>
        <th scope="col" class="number">People</th>
        <th scope="col">Oldest</th>
        <th scope="col"><span class="hidden">Review</span></th>
      </tr></thead>
      <tbody>${rows.map(row => standingRow(row, tab))}</tbody>
    </table></div></section>`;
};
