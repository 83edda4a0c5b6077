import {
  isTimelineKind,
  TIMELINE_KINDS,
  type TimelineEntry,
  type TimelineKind,
  timelineOf,
} from '../../../support/cases/timeline.ts';
import type { Case } from '../../../support/cases/types.ts';
import { type Html, href, html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';
import { mark, when } from '../../view/words.ts';
import type { Told } from './told.ts';

const ICONS = { good: '✓', warn: '!', bad: '×', plain: '·' } as const;

/** All that happened to a case in one list, with a filter (`?show=`), and the payloads one click away. */
export const timeline = ({ query }: Pick<Visit, 'query'>, found: Case, told: Told): Html => {
  const asked = query.get('show');
  const show = isTimelineKind(asked) ? asked : null;
  const { entries, more } = timelineOf(found, told, show);
  return html`<h2 id="timeline">What happened</h2>
    ${filters(query, found, show)}
    ${
      entries.length === 0
        ? html`<p>Nothing of that kind.</p>`
        : html`<ol class="timeline" aria-label="What happened, newest first">${entries.map(entry => entryItem(found, entry))}</ol>`
    }
    ${more ? html`<p>What is older is in the lists below.</p>` : ''}`;
};

const filters = (query: URLSearchParams, found: Case, show: TimelineKind | null): Html => {
  const link = (kind: TimelineKind | null, label: string): Html => {
    const to = new URLSearchParams(query);
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
    entry.eventId === null
      ? ''
      : html` <small><a href="${href(['connections', found.case, 'deliveries', entry.eventId])}">What Seam sent<span class="hidden">: ${entry.sentence}, ${entry.eventId}</span></a></small>`
  }${entry.detail === null ? '' : html`<p class="note">${entry.detail}</p>`}</li>`;
