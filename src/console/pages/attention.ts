import { cappedText } from '../../model/capped-count.ts';
import { countOpenAlerts } from '../../support/alerts/read.ts';
import { type Drift, readDrift } from '../../support/drift/read.ts';
import {
  ATTENTION_TABS,
  type Attention,
  type AttentionRow,
  type AttentionTab,
  readAttention,
} from '../../support/finding/attention.ts';
import type { StandingRow } from '../../support/finding/attention-standings.ts';
import { formatFilter, NO_FILTER } from '../../support/finding/connection-filter.ts';
import { readRepeatedFailures } from '../../support/finding/failed-logins.ts';
import { listViews } from '../../support/finding/saved-views.ts';
import { readStandstills, type Standstill } from '../../support/queue/standstill.ts';
import { readTelling } from '../../support/queue/telling.ts';
import { reasonSentence, reasonTitle } from '../../support/words/reason-words.ts';
import { STANDING_WORDS } from '../../support/words/standing-words.ts';
import { STATE_WORDS } from '../../support/words/words.ts';
import { type Html, href, html } from '../view/html.ts';
import { live } from '../view/layout.ts';
import { type ConsoleRoute, page } from '../view/route.ts';
import { spark } from '../view/spark.ts';
import { tabs } from '../view/tabs.ts';
import { ago, mark, stateBadge, when } from '../view/words.ts';
import { askedRuns } from './bulk/asked.ts';
import { viewLinks } from './connections/saved-views.ts';
import { failedLoginsTable } from './failed-logins.ts';
import { tellingTrouble } from './queue/queue-telling.ts';

const TAB_LABELS = {
  open: 'Open',
  dismissed: 'Dismissed',
  settled: 'Settled',
} as const satisfies Record<AttentionTab, string>;

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

const reasonTable = (caption: string, rows: readonly AttentionRow[]): Html | null => {
  if (rows.length === 0) return null;
  const isByReason = rows.some(({ reason }) => reason !== null);
  return html`<div class="table cards" tabindex="0" role="region" aria-label="${caption}">
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

/** Locks that stopped; or, of what is linked, what works and what doesn't. */
const standingTable = ({ standings }: Attention, tab: AttentionTab): Html | null => {
  if (standings.length === 0) return null;
  const caption =
    tab === 'open' ? 'Locks that stopped: the user may have to sign in again' : 'Linked to a user';
  return html`<div class="table cards" tabindex="0" role="region" aria-label="${caption}">
    <table class="reasons">
      <caption>${caption}</caption>
      <thead><tr>
        <th scope="col">How the lock account stands</th>
        <th scope="col" class="number">Connections</th>
        <th scope="col" class="number">People</th>
        <th scope="col">Oldest</th>
        <th scope="col"><span class="hidden">Review</span></th>
      </tr></thead>
      <tbody>${standings.map(row => standingRow(row, tab))}</tbody>
    </table></div>`;
};

const CAPTIONS = {
  failed: 'Action needed: open a row to see what to do',
  retrying: 'Retrying automatically: review any that persist',
  dismissed: 'Dismissed with a note: they reopen automatically if it happens again',
  linked: 'Settled: nothing to do',
} as const;

const tables = ({ rows }: Attention, tab: AttentionTab): Html => {
  const of = (state: AttentionRow['state']): AttentionRow[] =>
    rows.filter(row => row.state === state);
  switch (tab) {
    case 'open':
      return html`${reasonTable(CAPTIONS.failed, of('failed'))}${reasonTable(CAPTIONS.retrying, of('retrying'))}`;
    case 'dismissed':
      return html`${reasonTable(CAPTIONS.dismissed, rows)}`;
    case 'settled':
      return html`${reasonTable(
        CAPTIONS.linked,
        rows.filter(({ state }) => state !== 'linked'),
      )}`;
    default:
      return tab satisfies never;
  }
};

const empty = ({ last_settled_at: last }: Attention, tab: AttentionTab): Html => {
  switch (tab) {
    case 'open':
      return html`<p class="calm">Nothing needs attention. ${
        last === null
          ? 'No failure is on record.'
          : html`The last failure was settled at ${when(last)}.`
      }</p>`;
    case 'dismissed':
      return html`<p class="calm">Nothing is dismissed.</p>`;
    case 'settled':
      return html`<p class="calm">Nothing is settled yet: no webhook has led to a link.</p>`;
    default:
      return tab satisfies never;
  }
};

const banner = (standstills: readonly Standstill[]): Html | null =>
  standstills.length === 0
    ? null
    : html`<div class="fault">${standstills.map(
        ({ workspace, sentence, remedy, since }) =>
          html`<p><strong>${sentence}</strong>${workspace === null ? '' : ` (workspace ${workspace})`} ${remedy} <small>Since ${ago(since)}.</small></p>`,
      )}<p><a href="${href(['queue'])}">View queue</a></p></div>`;

/** What is wrong with the whole: one line. */
const alertsLine = (open: number): Html | null =>
  open === 0
    ? null
    : html`<p>${mark('bad', '!', open === 1 ? '1 alert is open' : `${open} alerts are open`)}: <a href="${href(['alerts'])}">View alerts</a></p>`;

/** Where the comparison with Seam waits on somebody: one quiet line. */
const driftLine = ({ finished, unfinished, to_fix: toFix }: Drift): Html | null => {
  const said = [
    ...(finished?.withheld ? ['Too many accounts are missing, so none was ended.'] : []),
    ...(unfinished?.failure ? ['The comparison has stopped, and is tried again.'] : []),
    ...(toFix > 0 ? [`To be fixed with a button: ${toFix.toLocaleString('en')}.`] : []),
  ];
  return said.length === 0
    ? null
    : html`<p><a href="${href(['drift'])}">Drift from Seam</a>: ${said.join(' ')}</p>`;
};

const isTab = (text: string): text is AttentionTab => ATTENTION_TABS.some(tab => tab === text);

export const ATTENTION_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/',
    needs: 'view',
    handle: async visit => {
      const asked = visit.query.get('tab') ?? '';
      const tab = isTab(asked) ? asked : 'open';
      const [attention, repeated, standstills, telling, views, drift, openAlerts] =
        await Promise.all([
          readAttention(visit.desk, visit.actor, tab),
          tab === 'open' ? readRepeatedFailures(visit.desk, visit.actor) : [],
          readStandstills(visit.desk, visit.actor),
          readTelling(visit.desk.pool, visit.actor),
          listViews(visit.desk.pool, visit.actor),
          readDrift(visit.desk, visit.actor),
          countOpenAlerts(visit.desk.pool),
        ]);
      const links = ATTENTION_TABS.map(each => ({
        label: TAB_LABELS[each],
        to: href([], each === 'open' ? {} : { tab: each }),
        isCurrent: each === tab,
      }));
      return page(
        'attention',
        'Needs attention',
        html`<h1>Needs attention</h1>
          ${tabs('What to show', [...links, { label: 'Snoozed', to: href(['connections'], { snoozed: 'yes' }), isCurrent: false }])}
          ${live(
            visit,
            'attention',
            html`${alertsLine(openAlerts)}${banner(standstills)}${await askedRuns(visit)}${tellingTrouble(telling)}${driftLine(drift)}${
              attention.rows.length > 0
                ? tables(attention, tab)
                : repeated?.length === 0 && attention.standings.length === 0
                  ? empty(attention, tab)
                  : ''
            }${standingTable(attention, tab)}${failedLoginsTable(repeated)}`,
          )}
          ${viewLinks(views)}`,
      );
    },
  },
];
