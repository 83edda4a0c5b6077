import { mayRole } from '../../../access/permissions.ts';
import { type CappedCount, cappedText } from '../../../model/capped-count.ts';
import { type ConnectionFilter, formatFilter } from '../../../support/finding/connection-filter.ts';
import { type ConnectionRow, readRows } from '../../../support/finding/connection-row.ts';
import { filterFor } from '../../../support/finding/for-actor.ts';
import { countConnections, countNewer, listConnections } from '../../../support/finding/list.ts';
import { type Html, href, html } from '../../view/html.ts';
import { formFields, liveAt } from '../../view/layout.ts';
import type { Visit } from '../../view/route.ts';
import { ago } from '../../view/words.ts';
import { matchingButtons, selectionButtons } from '../bulk/bulk-bar.ts';
import { listedHref } from '../shifts/from.ts';
import { shiftMarks } from '../shifts/marks.ts';
import { CELL_HEADINGS, connectionCells, connectionsText, rowName } from './cells.ts';

const PAGE_ROWS = 50;
/** Longer addresses than this some proxy refuses; such a page does not refresh itself. */
const LONGEST_ADDRESS = 7_000;

/** One page of a list; what it shows stays in its place while it refreshes itself. */
type Shown = Readonly<{
  rows: readonly ConnectionRow[];
  nextCursor: string | null;
  firstCursor: string | null;
  count: CappedCount | null;
  /** Of those that match and changed since; on a first page only. */
  newer: CappedCount | null;
}>;

const isText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** The page at a cursor; or, where it refreshes itself, the very rows that it showed before. */
const readShown = async (visit: Visit, given: ConnectionFilter): Promise<Shown> => {
  const { desk, actor, query } = visit;
  const filter = filterFor(actor, given);
  const cursor = query.get('cursor');
  const shown = query.getAll('shown').filter(isText).slice(0, PAGE_ROWS);
  if (!query.has('first')) {
    const page = await listConnections(desk, actor, filter, { limit: PAGE_ROWS, cursor });
    return { ...page, rows: page.connections, newer: null };
  }
  const firstCursor = query.get('first') || null;
  const [rows, count, newer] = await Promise.all([
    readRows(desk, actor, shown),
    countConnections(desk, filter),
    cursor === null ? countNewer(desk, filter, firstCursor, shown) : null,
  ]);
  return { rows, count, newer, firstCursor, nextCursor: query.get('next') };
};

type Fields = readonly [string, string][];

const listHref = (fields: Fields, more: Fields = []): string =>
  href(['connections'], new URLSearchParams([...fields, ...more]));

/** Where this page asks for itself: with the rows that it shows, so that none of them moves. */
const refreshHref = (fields: Fields, cursor: string | null, page: Shown): string => {
  const more: [string, string][] = [['first', page.firstCursor ?? '']];
  if (cursor !== null) more.push(['cursor', cursor]);
  if (page.nextCursor !== null) more.push(['next', page.nextCursor]);
  for (const row of page.rows) more.push(['shown', row.subject]);
  return listHref(fields, more);
};

type Marks = ReadonlyMap<string, Html | null>;

const tableRow = (
  row: ConnectionRow,
  list: URLSearchParams,
  marks: Marks,
  maySelect: boolean,
): Html => html`<tr class="leads">
    ${maySelect ? html`<td class="select"><input type="checkbox" name="subject" value="${row.subject}" aria-label="Select ${rowName(row)}"></td>` : ''}
    ${connectionCells(row, listedHref(row.case, list, row))}<td data-label="Team">${marks.get(row.subject) ?? ''}</td><td data-label="Changed">${ago(row.updated_at)}</td>
  </tr>`;

const table = (visit: Visit, { rows }: Shown, fields: Fields, marks: Marks): Html => {
  const list = new URLSearchParams([...fields]);
  const maySelect = mayRole(visit.session.operator.role, 'plan_bulk_run');
  return html`<form method="post" action="${href(['bulk-runs', 'selected'])}">
    ${formFields(visit)}
    <div class="table cards" id="list" role="region" aria-label="Connections">
      <table class="list">
        <caption class="hidden">Connections, most recently changed first</caption>
        <thead><tr>
          ${maySelect ? html`<th scope="col" class="select"><span class="hidden">Select</span></th>` : ''}
          ${CELL_HEADINGS}<th scope="col"><abbr title="Who has it, its notes, and until when it is snoozed">Team</abbr></th><th scope="col">Changed</th>
        </tr></thead>
        <tbody>${rows.map(row => tableRow(row, list, marks, maySelect))}</tbody>
      </table>
    </div>
    <div class="selection">
      ${maySelect ? html`<span data-selected-count aria-live="polite"></span> <button type="button" class="quiet" data-select-all hidden>Select all on this page</button>` : ''}
      ${selectionButtons(visit)}
    </div>
  </form>`;
};

const planForm = (visit: Visit, filter: ConnectionFilter, { count }: Shown): Html =>
  matchingButtons(visit, formatFilter(filter).toString(), count === null ? '' : cappedText(count));

const countLine = ({ count, newer }: Shown, words: readonly string[], fields: Fields): Html => {
  const number =
    count === null ? 'More connections than can be counted right now' : connectionsText(count);
  return html`<p class="count"><strong>${number}</strong>${words.length === 0 ? '' : html`: ${words.join(' · ')}`}
    ${newer !== null && newer.number > 0 ? html`<a class="newer" href="${listHref(fields)}">${cappedText(newer)} new. Show ${newer.number === 1 ? 'it' : 'them'}.</a>` : ''}</p>`;
};

const pager = (fields: Fields, cursor: string | null, { nextCursor }: Shown): Html | null =>
  cursor === null && nextCursor === null
    ? null
    : html`<nav class="row" aria-label="Pages">
        ${cursor === null ? '' : html`<a class="button" href="${listHref(fields)}">Latest</a>`}
        ${nextCursor === null ? html`<span class="faint">No older ones.</span>` : html`<a class="button" rel="next" href="${listHref(fields, [['cursor', nextCursor]])}">Older</a>`}
      </nav>`;

/** What is said where there is no row, and the page that says it (left out: the list of connections). */
type Nothing = Readonly<{ said: Html; url?: string }>;

const noneMatch = (fields: Fields): Html =>
  fields.length === 1 && fields[0]?.join('=') === 'snoozed=yes'
    ? html`<p class="calm">Nothing is snoozed. To put a case off, open it and choose “Snooze…”: it comes back by the time that is chosen, or when there is news.</p>`
    : html`<p class="calm">No connection matches. ${fields.length === 0 ? 'There are none yet.' : html`<a href="${href(['connections'])}">Show all</a>`}</p>`;

/**
 * The rows of a list, with what can be done to them. They refresh themselves in their places.
 *
 * @param fields the filter as it was given @param words the same in words
 */
export const connectionRows = async (
  visit: Visit,
  filter: ConnectionFilter,
  fields: Fields,
  words: readonly string[],
  nothing: Nothing = { said: noneMatch(fields) },
): Promise<Html> => {
  const shown = await readShown(visit, filter);
  const marks = await shiftMarks(visit.desk, visit.actor, shown.rows);
  const cursor = visit.query.get('cursor');
  const isEmpty = shown.rows.length === 0;
  const url = (isEmpty ? nothing.url : undefined) ?? refreshHref(fields, cursor, shown);
  const isLive = url.length <= LONGEST_ADDRESS;
  const body = html`${countLine(shown, words, fields)}
    ${
      isEmpty
        ? nothing.said
        : html`<div class="over" data-roving>${planForm(visit, filter, shown)} <a href="${href(['connections.csv'], new URLSearchParams([...fields]))}">Export as CSV</a></div>${table(visit, shown, fields, marks)}`
    }
    ${pager(fields, cursor, shown)}`;
  return isLive ? liveAt(url, 'rows', body) : html`<div id="rows">${body}</div>`;
};
