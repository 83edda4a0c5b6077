import { actionWords } from '../../../support/bulk/action-words.ts';
import type { BulkRun } from '../../../support/bulk/read.ts';
import { type BulkItem, listBulkItems } from '../../../support/bulk/read-items.ts';
import { type ConnectionRow, readRows } from '../../../support/finding/connection-row.ts';
import { type Html, href, html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';
import { when } from '../../view/words.ts';
import { CELL_HEADINGS, connectionCells } from '../connections/cells.ts';

const SAMPLE_SIZE = 5;
/** Whom each is linked to is looked through, a page at a time. */
const PAGE_SIZE = 50;

/** The first of what a run is to be done to; of one that links, page by page, each with its user. */
export const sampleTable = async (visit: Visit, run: BulkRun): Promise<Html> => {
  const after = Number(/^\d{1,9}$/.exec(visit.query.get('after') ?? '')?.[0] ?? 0);
  const size = run.action === 'link' ? PAGE_SIZE : SAMPLE_SIZE;
  const found = await listBulkItems(visit.desk.db, visit.actor, run.id, {
    after: run.action === 'link' ? after : 0,
    limit: size + 1,
  });
  const items = found.slice(0, size);
  const rows = await readRows(
    visit.desk,
    visit.actor,
    items.map(({ subject }) => subject),
  );
  const bySubject = new Map(rows.map(row => [row.subject, row]));
  const users = await usersOf(visit, items);
  const last = found.length > size ? items.at(-1)?.position : undefined;
  const title = headingOf(run, rows.length, after);
  return html`<h2>${title}</h2>
    <div class="table wide cards" tabindex="0" role="region" aria-label="${title}">
      <table>
        <caption class="hidden">${title}, longest waiting first</caption>
        <thead><tr>${CELL_HEADINGS}<th scope="col">Changed</th>${users === null ? '' : html`<th scope="col">Becomes linked to</th>`}</tr></thead>
        <tbody>${items.map(item => sampleRow(item, bySubject.get(item.subject), users))}</tbody>
      </table>
    </div>
    ${run.action === 'link' ? pager(run, after, last) : ''}`;
};

const headingOf = ({ action, total }: BulkRun, shown: number, after: number): string => {
  if (action === 'link') return 'Connections to link';
  if (total > shown || after > 0) return `The first ${shown}`;
  return action === 'note'
    ? 'Connections to add a note to'
    : `Connections to ${actionWords(action).toDo}`;
};

type User = Readonly<{ id: string; name: string | null }>;

/** By position; null where none has one. */
const usersOf = async (
  { desk, actor }: Visit,
  items: readonly BulkItem[],
): Promise<ReadonlyMap<number, User> | null> => {
  const meant = items.flatMap(({ position, user_id: id }) =>
    id === null ? [] : [{ position, id }],
  );
  if (meant.length === 0) return null;
  const profiles = await desk.profiles.ofIds(actor, [...new Set(meant.map(({ id }) => id))]);
  return new Map(
    meant.map(({ position, id }) => {
      const profile = profiles.get(id);
      return [position, { id, name: profile?.name ?? profile?.email ?? null }];
    }),
  );
};

const sampleRow = (
  { subject, position }: BulkItem,
  row: ConnectionRow | undefined,
  users: ReadonlyMap<number, User> | null,
): Html => {
  const user = users?.get(position);
  return html`<tr class="leads">
    ${row === undefined ? html`<th scope="row" colspan="4">${subject}</th>` : connectionCells(row)}
    <td data-label="Changed">${row === undefined ? '' : when(row.updated_at)}</td>
    ${users === null ? '' : html`<td data-label="Becomes linked to">${user?.name ?? user?.id}${user?.name == null ? '' : html`<br><small>${user.id}</small>`}</td>`}
  </tr>`;
};

const pager = ({ id }: BulkRun, after: number, next: number | undefined): Html | null =>
  after === 0 && next === undefined
    ? null
    : html`<nav class="row" aria-label="Pages">
        ${after === 0 ? '' : html`<a class="button" href="${href(['bulk-runs', id])}">First page</a>`}
        ${next === undefined ? '' : html`<a class="button" href="${href(['bulk-runs', id], { after: next })}">Next page</a>`}
      </nav>`;
