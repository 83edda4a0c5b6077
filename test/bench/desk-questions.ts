import type { Actor } from '../../src/access/actor.ts';
import { tryPlan } from '../../src/support/bulk/plan.ts';
import { caseNamed } from '../../src/support/cases/members.ts';
import { readTimeline } from '../../src/support/cases/timeline.ts';
import type { Desk } from '../../src/support/desk.ts';
import { ATTENTION_TABS, readAttention } from '../../src/support/finding/attention.ts';
import { type FilterFields, parseFilter } from '../../src/support/finding/connection-filter.ts';
import { readGroups } from '../../src/support/finding/groups.ts';
import { countConnections, listConnections } from '../../src/support/finding/list.ts';
import { search } from '../../src/support/finding/search.ts';
import { neighboursOf } from '../../src/support/shifts/neighbours.ts';
import { undosOfCase } from '../../src/support/undo/undo.ts';

/* What is asked of a desk, in process, as its pages and the API ask it. */

/** Of one connection, what a customer or a colleague may give of it. */
export type DeskSample = Readonly<{
  user: string;
  account: string;
  webview: string;
  event: string;
  request: string;
  user_email: string;
  account_email: string;
  name: string;
  last_name: string;
  telephone: string;
  ticket: string;
  tenant: string;
  /** A failed case with something that somebody did to it. */
  failed: string;
  changed: string;
}>;

/** Something that is asked, and how. */
export type Question = Readonly<{
  name: string;
  ask: (desk: Desk, actor: Actor, sample: DeskSample) => Promise<unknown>;
}>;

const searches = (name: string, of: (sample: DeskSample) => string): Question => ({
  name: `search, by ${name}`,
  ask: (desk, actor, sample) => search(desk, actor, of(sample)),
});

/** A letter of it left out. */
const misspelt = (text: string): string => text.slice(0, 3) + text.slice(4);

export const SEARCHES: readonly Question[] = [
  searches('account id', ({ account }) => account),
  searches('webview id', ({ webview }) => webview),
  searches('user id', ({ user }) => user),
  searches('event id', ({ event }) => event),
  searches('Seam’s request id', ({ request }) => request),
  searches('a user’s e-mail', ({ user_email: email }) => email),
  searches('an account’s e-mail', ({ account_email: email }) => email),
  searches('telephone number', ({ telephone }) => telephone),
  searches('ticket', ({ ticket }) => ticket),
  searches('first and last name', ({ name }) => name),
  searches('last name', ({ last_name: name }) => name),
  searches('a frequent last name', () => 'müller'),
  searches('the beginning of a name', ({ last_name: name }) => name.slice(0, 3)),
  searches(
    'a pasted sentence',
    ({ name, user_email: email, ticket }) => `Hi, ${name} <${email}> called again about ${ticket}.`,
  ),
  searches('a misspelt name', ({ last_name: name }) => misspelt(name)),
  searches('nothing that is there', () => 'xyzzyq'),
];

const list = (
  fields: FilterFields | ((sample: DeskSample) => FilterFields),
  name?: string,
): Question => ({
  name: `list, ${name ?? new URLSearchParams(fields as Record<string, string>).toString().replaceAll('%3A', ':')}`,
  ask: (desk, actor, sample) =>
    listConnections(
      desk,
      actor,
      parseFilter(typeof fields === 'function' ? fields(sample) : fields),
      {
        limit: 50,
        cursor: null,
      },
    ),
});

const LISTS: readonly Question[] = [
  list({}, 'all'),
  list({ state: 'open' }),
  list({ state: 'failed', reason: 'user_not_found' }),
  list({ state: 'failed', reason: 'webview_pending' }),
  list({ state: 'settled' }),
  list(({ tenant }) => ({ pattern: tenant }), 'pattern=tenant-7:'),
  list(({ tenant }) => ({ pattern: tenant, state: 'open' }), 'pattern=tenant-7:, open'),
  list({ pattern: 'member_' }),
  list({ standing: 'disconnected' }),
  list({ standing: 'reauthorization_requested' }),
  list({ standing: 'login_failing' }),
  list({ standing: 'devices_elsewhere' }),
  list({ standing: 'working' }),
  list({ maker: 'yale' }),
  list({ maker: 'august', state: 'open' }),
  list({ assigned: 'nobody' }),
  list({ assigned: 'nobody', state: 'open' }),
  list({ assigned: '7' }),
  list({ snoozed: 'yes' }),
  list({ user: 'member_77' }),
];

const counted = (fields: FilterFields): Question => ({
  name: `count, ${new URLSearchParams(fields as Record<string, string>)}`,
  ask: async (desk, _actor, _sample) => {
    await countConnections(desk, parseFilter(fields));
  },
});

const beside = (fields: FilterFields): Question => ({
  name: `next and previous case, ${new URLSearchParams(fields as Record<string, string>).toString().replaceAll('%3A', ':')}`,
  ask: async (desk, actor, { failed }) =>
    neighboursOf(desk, actor, await caseNamed(desk.pool, failed), {
      filter: parseFilter(fields),
      place: null,
    }),
});

const grouped = (fields: FilterFields): Question => ({
  name: `groups, ${new URLSearchParams(fields as Record<string, string>)}`,
  ask: async (desk, actor) => {
    await readGroups(desk, actor, parseFilter(fields));
  },
});

const preview = (fields: FilterFields): Question => ({
  name: `preview of a bulk run, ${new URLSearchParams(fields as Record<string, string>).toString().replaceAll('%3A', ':')}`,
  ask: async (desk, actor) => {
    const { total } = await tryPlan(desk, actor, { kind: 'filter', filter: parseFilter(fields) });
    return total;
  },
});

export const QUESTIONS: readonly Question[] = [
  ...ATTENTION_TABS.map(
    (tab): Question => ({
      name: `home, ${tab}`,
      ask: (desk, actor) => readAttention(desk, actor, tab),
    }),
  ),
  ...LISTS,
  counted({ state: 'open' }),
  counted({ assigned: 'nobody' }),
  counted({ assigned: 'nobody', state: 'open' }),
  {
    name: 'case, its timeline',
    ask: (desk, actor, { account }) => readTimeline(desk, actor, account),
  },
  {
    name: 'case, what can be undone',
    ask: async (desk, actor, { changed }) => undosOfCase(desk, actor, changed),
  },
  beside({ state: 'open' }),
  beside({ state: 'failed', reason: 'user_not_found' }),
  beside({ pattern: 'tenant-7:' }),
  beside({ assigned: 'nobody' }),
  beside({ standing: 'disconnected' }),
  grouped({ state: 'failed', reason: 'user_not_found' }),
  grouped({ state: 'failed', reason: 'webview_pending' }),
  grouped({}),
  preview({ state: 'failed', reason: 'webview_pending' }),
  preview({ state: 'failed' }),
  preview({ standing: 'disconnected' }),
];
