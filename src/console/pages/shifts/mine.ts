import { filterFields, parseFilter } from '../../../support/finding/connection-filter.ts';
import { type Html, href, html } from '../../view/html.ts';
import { type ConsoleRoute, page } from '../../view/route.ts';
import { tabs } from '../../view/tabs.ts';
import { connectionRows } from '../connections/connections-rows.ts';

/** What can be seen of one's own cases: each a filter of the list. */
const TABS = {
  open: {
    label: 'To do',
    fields: [
      ['assigned', 'me'],
      ['state', 'open'],
      ['snoozed', 'no'],
    ],
    nothing: () => html`Nothing to do: no open case is assigned to you. To take one, open it from
      <a href="${href([])}">Needs attention</a> and choose “Assign to me”.`,
  },
  snoozed: {
    label: 'Snoozed',
    fields: [
      ['assigned', 'me'],
      ['snoozed', 'yes'],
    ],
    nothing:
      () => html`None of your cases is snoozed. To put one off, open it and choose “Snooze…”: it comes back by the
      time that you choose, or when there is news.`,
  },
  all: {
    label: 'All of mine',
    fields: [['assigned', 'me']],
    nothing: () => html`No case is assigned to you, open or settled. To take one, open it from
      <a href="${href([])}">Needs attention</a> and choose “Assign to me”.`,
  },
} as const satisfies Record<
  string,
  { label: string; fields: readonly [string, string][]; nothing: () => Html }
>;
type Tab = keyof typeof TABS;

const isTab = (text: string): text is Tab => Object.hasOwn(TABS, text);

/** The cases that whoever looks has. */
export const MINE_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/mine',
    needs: 'view',
    handle: async visit => {
      const asked = visit.query.get('tab') ?? '';
      const tab: Tab = isTab(asked) ? asked : 'open';
      const fields: readonly [string, string][] = [...TABS[tab].fields].map(([name, value]) => [
        name,
        value,
      ]);
      const filter = parseFilter(filterFields(new URLSearchParams([...fields])));
      const links = (Object.keys(TABS) as Tab[]).map(each => ({
        label: TABS[each].label,
        to: href(['mine'], each === 'open' ? {} : { tab: each }),
        isCurrent: each === tab,
      }));
      return page(
        'mine',
        'My cases',
        html`<h1>My cases</h1>
          <p>The cases that are assigned to you.</p>
          ${tabs('Which of my cases', links)}
          ${await connectionRows(visit, filter, fields, [], {
            said: html`<p class="calm">${TABS[tab].nothing()}</p>`,
            url: visit.url,
          })}`,
      );
    },
  },
];
