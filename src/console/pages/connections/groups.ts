import { workspaceLabel } from '../../../config/workspaces.ts';
import type { ConnectionFilter, FilterField } from '../../../support/finding/connection-filter.ts';
import { type Group, type Groups, readGroups } from '../../../support/finding/groups.ts';
import { providerName } from '../../../support/words/words.ts';
import { type Html, href, html } from '../../view/html.ts';
import type { Visit } from '../../view/route.ts';

type Fields = readonly [FilterField, string][];

/** The same list, narrowed to one of its groups. */
const narrowed = (fields: Fields, field: FilterField, value: string): string =>
  href(
    ['connections'],
    new URLSearchParams([...fields.filter(([name]) => name !== field), [field, value]]),
  );

const line = (title: string, items: readonly Html[]): Html | null =>
  items.length === 0
    ? null
    : html`<dt>${title}</dt><dd><ul class="inline">${items.map(item => html`<li>${item}</li>`)}</ul></dd>`;

const number = (count: number): string => count.toLocaleString('en');

const link = (fields: Fields, field: FilterField, { value, count }: Group, name: string): Html =>
  html`<a href="${narrowed(fields, field, value)}">${name} <small>${number(count)}</small></a>`;

const groupList = (visit: Visit, fields: Fields, groups: Groups): Html | null => {
  const { workspaces } = visit.desk.config;
  const parts = [
    line(
      'Ids that begin alike',
      groups.prefixes.map(
        ({ prefix, count }) =>
          html`<a href="${narrowed(fields, 'pattern', prefix)}">${number(count)} begin <code>${prefix}</code></a>`,
      ),
    ),
    line(
      'Lock makers',
      groups.makers.map(group =>
        link(fields, 'maker', group, group.name ?? providerName(group.value) ?? group.value),
      ),
    ),
    line(
      'Workspaces',
      groups.workspaces.map(group =>
        link(fields, 'workspace', group, workspaceLabel(workspaces, group.value) ?? group.value),
      ),
    ),
  ].filter(part => part !== null);
  if (parts.length === 0) return null;
  return html`<section class="groups" aria-labelledby="groups-title">
    <h2 id="groups-title">What they have in common</h2>
    ${groups.isCapped ? html`<p class="faint">Of ${number(groups.of)} that match; there are more.</p>` : ''}
    <dl class="facts" data-roving>${parts}</dl>
  </section>`;
};

/** What the cases of one reason have in common, each leading to these alone; nothing for other lists. */
export const groupsWithin = async (
  visit: Visit,
  filter: ConnectionFilter,
  fields: Fields,
): Promise<Html | null> => {
  if (filter.reason === null) return null;
  const groups = await readGroups(visit.desk, visit.actor, filter);
  return groups === null ? null : groupList(visit, fields, groups);
};
