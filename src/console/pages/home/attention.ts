import { countOpenAlerts } from '../../../support/alerts/read.ts';
import { type Drift, readDrift } from '../../../support/drift/read.ts';
import {
  ATTENTION_TABS,
  type Attention,
  type AttentionTab,
  readAttention,
} from '../../../support/finding/attention.ts';
import { readRepeatedFailures } from '../../../support/finding/failed-logins.ts';
import { listViews } from '../../../support/finding/saved-views.ts';
import { readStandstills, type Standstill } from '../../../support/queue/standstill.ts';
import { readTelling } from '../../../support/queue/telling.ts';
import { type Html, href, html } from '../../view/html.ts';
import { live } from '../../view/layout.ts';
import { type ConsoleRoute, page } from '../../view/route.ts';
import { tabs } from '../../view/tabs.ts';
import { ago, mark, when } from '../../view/words.ts';
import { askedRuns } from '../bulk/asked.ts';
import { viewLinks } from '../connections/saved-views.ts';
import { tellingTrouble } from '../queue/queue-telling.ts';
import { failedLoginsTable } from './failed-logins.ts';
import { reasonTables, standingTable } from './tables.ts';

const TAB_LABELS = {
  open: 'Open',
  dismissed: 'Dismissed',
  settled: 'Settled',
} as const satisfies Record<AttentionTab, string>;

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
      const isNothing =
        attention.rows.length + attention.standings.length === 0 && repeated?.length === 0;
      return page(
        'attention',
        'Needs attention',
        html`<h1>Needs attention</h1>
          ${tabs('What to show', [...links, { label: 'Snoozed', to: href(['connections'], { snoozed: 'yes' }), isCurrent: false }])}
          ${live(
            visit,
            'attention',
            html`<div id="list"><div data-roving>${alertsLine(openAlerts)}${banner(standstills)}${await askedRuns(visit)}${tellingTrouble(telling)}${driftLine(drift)}</div>${standingTable(attention.standings, tab)}${reasonTables(attention.rows, tab)}${failedLoginsTable(repeated)}${isNothing ? empty(attention, tab) : ''}</div>`,
          )}
          ${viewLinks(views)}`,
      );
    },
  },
];
