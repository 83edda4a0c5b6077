import { SupportError } from '../../access/errors.ts';
import {
  type AuditFields,
  type AuditFilter,
  type ChangeRecord,
  formatAuditFilter,
  parseAuditFilter,
  readAuditLog,
  walkAuditLog,
} from '../../audit-log/read.ts';
import { CHANGES } from '../../audit-log/record.ts';
import { beginExport } from '../../audit-log/security-rows.ts';
import { csvLine } from '../../support/finding/csv.ts';
import { undosOf } from '../../support/undo/undo.ts';
import { CHANGE_WORDS } from '../../support/words/words.ts';
import { type Html, href, html } from '../view/html.ts';
import { live } from '../view/layout.ts';
import { type ConsoleRoute, page, type Reply, type Visit } from '../view/route.ts';
import { changesTable } from './case/changes.ts';

const PAGE_SIZE = 50;

/** The fields of the form. (One called `action` would hide where a form leads from scripts.) */
const FIELDS = ['actor', 'what', 'target', 'since', 'until'] as const;
type Field = (typeof FIELDS)[number];

/** What was typed into the form, or stands in the URL. */
const typedIn = (query: URLSearchParams): AuditFields => {
  const { what, ...rest } = Object.fromEntries(
    FIELDS.map(field => [field, query.get(field) ?? undefined]),
  );
  return { ...rest, action: what };
};

const queryOf = ({ action, ...rest }: AuditFilter): URLSearchParams => {
  const query = formatAuditFilter({ ...rest, action: null });
  if (action !== null) query.set('what', action);
  return query;
};

type Faults = Readonly<Record<string, string>>;

const invalidity = (field: string, faults: Faults): Html | '' =>
  faults[field] === undefined ? '' : html` aria-invalid="true" aria-describedby="fault-${field}"`;

const faultOf = (field: string, faults: Faults): Html | '' =>
  faults[field] === undefined
    ? ''
    : html`<p id="fault-${field}" class="state bad">${faults[field]}</p>`;

const textField = (
  { query }: Visit,
  field: Exclude<Field, 'what'>,
  label: string,
  faults: Faults,
  placeholder = '',
): Html =>
  html`<div><label for="${field}">${label}</label>
    <input id="${field}" name="${field}" value="${query.get(field) ?? ''}" placeholder="${placeholder}" autocomplete="off" maxlength="600"${placeholder === AS_TIME ? html` data-moment` : ''}${invalidity(field, faults)}>${faultOf(field, faults)}</div>`;

const AS_TIME = '24h, or 2026-11-22T14:00';

const filterForm = (visit: Visit, faults: Faults): Html => {
  const chosen = visit.query.get('what');
  const set = FIELDS.filter(field => (visit.query.get(field) ?? '').trim() !== '').length;
  return html`<details class="filter"${Object.keys(faults).length === 0 ? '' : html` open`}>
  <summary>Filter${set === 0 ? '' : ` (${set} set)`}</summary>
  <form method="get" action="${href(['audit-log'])}" class="card audit-filters" role="search" aria-label="Filter changes">
    ${textField(visit, 'actor', 'Who', faults)}
    <div><label for="what">What</label>
      <select id="what" name="what"${invalidity('what', faults)}>
        <option value="">anything</option>
        ${CHANGES.map(
          action =>
            html`<option value="${action}"${action === chosen ? html` selected` : ''}>${CHANGE_WORDS[action]}</option>`,
        )}
      </select>${faultOf('what', faults)}</div>
    ${textField(visit, 'target', 'Target (an id)', faults)}
    ${textField(visit, 'since', 'From', faults, AS_TIME)}
    ${textField(visit, 'until', 'Until', faults, AS_TIME)}
    <button type="submit" class="main">Show</button>
    ${set === 0 ? '' : html`<a href="${href(['audit-log'])}">Clear filters</a>`}
  </form></details>`;
};

const show = (visit: Visit, faults: Faults, result: Html): Reply => {
  const all = Object.entries(faults);
  return page(
    'audit',
    'Audit log',
    html`<h1>Audit log</h1>
      <p>Who did what: in the console, through the API and on the command line.</p>
      ${
        all.length === 0
          ? ''
          : html`<div class="fault" role="alert"><ul>${all.map(([field, message]) => html`<li><a href="#${field}">${message}</a></li>`)}</ul></div>`
      }
      ${filterForm(visit, faults)}${result}`,
    all.length === 0 ? 200 : 422,
  );
};

const beforeIn = ({ query }: Visit): number | undefined => {
  const text = query.get('before') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
};

const listOf = async (visit: Visit, filter: AuditFilter): Promise<Html> => {
  const before = beforeIn(visit);
  const found = await readAuditLog(visit.desk.db, visit.actor, filter, {
    before,
    limit: PAGE_SIZE + 1,
  });
  const changes = found.slice(0, PAGE_SIZE);
  const undos = await undosOf(
    visit.desk,
    visit.actor,
    changes.map(({ id }) => id),
  );
  const query = queryOf(filter);
  if (changes.length === 0) {
    return html`<p>${query.size === 0 && before === undefined ? 'No one has done anything yet.' : 'Nothing matches.'}</p>`;
  }
  const list = html`${changesTable(changes, 'Changes, newest first', { withTarget: true, undos })}
    <div class="row">
      ${before === undefined ? '' : html`<p><a href="${href(['audit-log'], query)}">Newest</a></p>`}
      ${found.length > PAGE_SIZE ? html`<p><a rel="next" href="${href(['audit-log'], olderThan(query, changes.at(-1)))}">Older</a></p>` : ''}
      <p><a href="${href(['audit-log.csv'], query)}">Export as CSV</a></p>
    </div>`;
  // An older page never changes.
  return before === undefined ? live(visit, 'changes', list) : list;
};

const olderThan = (query: URLSearchParams, last: ChangeRecord | undefined): URLSearchParams =>
  new URLSearchParams([...query, ['before', String(last?.id ?? '')]]);

const COLUMNS = [
  'id',
  'at',
  'actor',
  'actor_name',
  'role',
  'face',
  'action',
  'target',
  'before',
  'after',
  'why',
  'bulk_run_id',
  'owner',
  'owner_name',
] as const satisfies readonly (keyof ChangeRecord)[];

const cell = (value: ChangeRecord[(typeof COLUMNS)[number]]): string | null => {
  if (value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

async function* csvOf({ desk, actor }: Visit, filter: AuditFilter): AsyncGenerator<string> {
  await using told = await beginExport(desk.pool, actor, 'audit_log', formatAuditFilter(filter));
  yield `${csvLine(COLUMNS)}\r\n`;
  for await (const changes of walkAuditLog(desk.db, actor, filter)) {
    const lines = changes.map(change => `${csvLine(COLUMNS.map(name => cell(change[name])))}\r\n`);
    yield lines.join('');
    told.add(changes.length);
  }
  told.complete();
}

export const AUDIT_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/audit-log',
    needs: 'view',
    handle: async visit => {
      try {
        return show(visit, {}, await listOf(visit, parseAuditFilter(typedIn(visit.query))));
      } catch (error) {
        if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
        const { action, ...rest } = error.faults;
        const faults = action === undefined ? rest : { ...rest, what: action };
        return show(visit, faults, html``);
      }
    },
  },
  {
    method: 'get',
    path: '/audit-log.csv',
    needs: 'view',
    handle: async visit => ({
      kind: 'download',
      fileName: 'audit-log.csv',
      contentType: 'text/csv; charset=utf-8',
      body: csvOf(visit, parseAuditFilter(typedIn(visit.query))),
    }),
  },
];
