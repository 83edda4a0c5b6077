import { isTimelineKind, readTimeline, type Timeline } from '../../../support/cases/timeline.ts';
import {
  TIMELINE_KINDS,
  type TimelineEntry,
  type TimelineKind,
} from '../../../support/cases/timeline-items.ts';
import type { Case } from '../../../support/cases/types.ts';
import { type Html, href, html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';
import { mark, when } from '../../view/words.ts';

const ICONS = { good: '✓', warn: '!', bad: '×', plain: '·' } as const;

const kindIn = (query: URLSearchParams): TimelineKind | null => {
  const asked = query.get('show');
  return isTimelineKind(asked) ? asked : null;
};

/** All that happened to a connection in one list, a page of it (`?older=`), with a filter (`?show=`), and the payloads one click away. */
export const timeline = async (
  { desk, actor, query }: Pick<Visit, 'desk' | 'actor' | 'query'>,
  found: Case,
): Promise<Html> => {
  const show = kindIn(query);
  const cursor = query.get('older');
  const { entries, next_cursor: next } = await readTimeline(desk, actor, found.case, {
    show,
    cursor,
  });
  return html`<h2 id="timeline">What happened</h2>
    ${filters(query, found, show)}
    ${entries.length === 0 ? html`<p>Nothing of that kind.</p>` : list(found, entries)}
    ${cursor === null ? '' : html`<p><a href="${place(found, query, null)}">The newest</a></p>`}
    ${next === null ? '' : html`<p><a href="${place(found, query, next)}">Older</a></p>`}`;
};

const list = (found: Case, entries: Timeline['entries']): Html =>
  html`<ol class="timeline" aria-label="What happened, newest first">${entries.map(entry => entryItem(found, entry))}</ol>`;

/** The page of the case, its list from there on. */
const place = (found: Case, query: URLSearchParams, older: string | null): string => {
  const to = new URLSearchParams(query);
  if (older === null) to.delete('older');
  else to.set('older', older);
  return `${href(['connections', found.case], to)}#timeline`;
};

const filters = (query: URLSearchParams, found: Case, show: TimelineKind | null): Html => {
  const link = (kind: TimelineKind | null, label: string): Html => {
    const to = new URLSearchParams(query);
    to.delete('older');
    if (kind === null) to.delete('show');
    else to.set('show', kind);
    const current = kind === show ? html` aria-current="true"` : '';
    return html`<li><a href="${href(['connections', found.case], to)}"${current}>${label}</a></li>`;
  };
  return html`<nav aria-label="What of it"><ul class="timeline-kinds">${link(null, 'All')}${Object.entries(
    TIMELINE_KINDS,
  ).map(([kind, label]) => link(kind as TimelineKind, label))}</ul></nav>`;
};

const entryItem = (found: Case, entry: TimelineEntry): Html => html`<li>
  ${when(entry.at)}
  ${mark(entry.mood, ICONS[entry.mood], entry.sentence)}${
    entry.since === null ? '' : html` <small>since ${when(entry.since)}</small>`
  }${
    entry.event_id === null
      ? ''
      : html` <small><a href="${href(['connections', found.case, 'deliveries', entry.event_id])}">What Seam sent<span class="hidden">: ${entry.sentence}, ${entry.event_id}</span></a></small>`
  }${entry.detail === null ? '' : html`<p class="note">${entry.detail}</p>`}</li>`;
