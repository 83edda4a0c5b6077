import type { Sample } from './history.ts';
import type { DeskPast } from './pages-past.ts';

/** Something that is asked for, with another sample each time. */
export type Address = Readonly<{ name: string; address: (sample: Sample) => string }>;

/** By the path of a route: what it is asked for. */
export type Addresses = Readonly<Record<string, (past: DeskPast) => Address[]>>;

const plain = (...paths: readonly string[]): Address[] =>
  paths.map(path => ({ name: path === '' ? '/' : path, address: () => `/support${path}` }));

/** A page that no sample tells apart, and whose name leaves out what it was asked for with. */
const named = (name: string, path: string): Address => ({ name, address: () => `/support${path}` });

const pathOf = (subject: string): string => `/support/connections/${encodeURIComponent(subject)}`;
const caseOf = ({ webview }: Sample): string => pathOf(`connect_webview:${webview}`);

const search = (what: string, of: (sample: Sample) => string): Address => ({
  name: `/search, by ${what}`,
  address: sample => `/support/search?q=${encodeURIComponent(of(sample))}`,
});

/** Of the console, below `/support`. */
export const PAGES: Addresses = {
  '/': () => plain('', '/?tab=dismissed', '/?tab=settled'),
  '/search': () => [
    search('user id', ({ user }) => user),
    search('account id', ({ account }) => account),
    search('webview id', ({ webview }) => webview),
    search('event id', ({ event }) => event),
    search('a user’s e-mail', ({ user }) => `${user}@people.example`),
    search('an account’s e-mail', ({ user }) => `${user}@example.com`),
    search('a user’s whole name', ({ user }) => `Member ${user}`),
    search(
      'a sentence with an e-mail',
      ({ user }) => `My lock is shut, please help: ${user}@people.example.`,
    ),
    search(
      'a telephone number',
      ({ user }) => `+49 151 ${user.replaceAll(/\D/g, '').padStart(8, '0')}`,
    ),
    search('a ticket', () => 'ticket 4711'),
    search('a request id', ({ event }) => event.replace(/^.{8}/, '00000000')),
    search('nothing', ({ user }) => `${user}-nobody@example.com`),
  ],
  '/connections': ({ middle }) => [
    ...plain(
      '/connections',
      '/connections?state=failed',
      '/connections?state=open&reason=user_not_found',
      '/connections?state=settled',
      '/connections?state=pending',
      '/connections?state=dismissed',
      '/connections?reason=seam_unavailable',
      '/connections?since=24h',
      '/connections?since=2020-01-01T00:00Z&until=2021-01-01T00:00Z',
      '/connections?workspace=small',
      '/connections?workspace=small&state=failed&reason=user_not_found',
      '/connections?workspace=nowhere',
      '/connections?user=nobody',
      '/connections?user=nobody&state=settled&since=24h',
    ),
    {
      name: '/connections?user=',
      address: ({ user }) => `/support/connections?user=${user}`,
    },
    named('/connections, from the middle', `/connections?cursor=${middle}`),
    named(
      '/connections?state=settled, from the middle',
      `/connections?state=settled&cursor=${middle}`,
    ),
  ],
  '/connections.csv': () => [
    {
      name: '/connections.csv, of those that failed',
      address: () => '/support/connections.csv?state=failed',
    },
  ],
  '/connections/:subject/link': ({ failed }) => [
    named('/connections/:subject/link', `/connections/${encodeURIComponent(failed)}/link`),
    {
      name: '/connections/:subject/link, compared',
      address: sample => `${caseOf(sample)}/link?user=${sample.user}`,
    },
    {
      name: '/connections/:subject/link, searched',
      address: sample => `${caseOf(sample)}/link?find=${sample.user}`,
    },
  ],
  '/connections/:subject/unlink': () => [
    { name: '/connections/:subject/unlink', address: sample => `${caseOf(sample)}/unlink` },
  ],
  '/audit-log': ({ auditId, auditTarget }) => [
    ...plain(
      '/audit-log',
      '/audit-log?what=link',
      '/audit-log?what=erase_person',
      '/audit-log?actor=op_7',
      '/audit-log?actor=op_7&what=link',
      '/audit-log?actor=nobody',
      '/audit-log?target=nothing',
      '/audit-log?since=24h',
      '/audit-log?until=2021-01-01T00:00Z',
      '/audit-log?actor=op_7&since=24h',
    ),
    named('/audit-log?target=', `/audit-log?target=${encodeURIComponent(auditTarget)}`),
    named('/audit-log?before=', `/audit-log?before=${auditId}`),
  ],
  '/audit-log/:id/undo': ({ undoable }) => [
    named('/audit-log/:id/undo', `/audit-log/${undoable}/undo`),
  ],
  '/connections/:subject/metadata': () => [
    { name: '/connections/:subject/metadata', address: sample => `${caseOf(sample)}/metadata` },
  ],
  '/connections/:subject/delete-at-seam': () => [
    {
      name: '/connections/:subject/delete-at-seam',
      address: sample => `${caseOf(sample)}/delete-at-seam`,
    },
  ],
  '/audit-log.csv': () => plain('/audit-log.csv?actor=op_7&what=dismiss'),
  '/bulk-runs': () => plain('/bulk-runs'),
  '/bulk-runs/:id': ({ bulkRun }) => plain(`/bulk-runs/${bulkRun}`),
  '/bulk-runs/:id/undo': ({ undoableRun }) => [
    named('/bulk-runs/:id/undo', `/bulk-runs/${undoableRun}/undo`),
  ],
  '/drift': () => plain('/drift'),
  '/drift/:finding': () => plain('/drift/names_nobody', '/drift/not_linked'),
  '/queue': () => plain('/queue'),
  '/queue/now': () => plain('/queue/now'),
  '/queue/history': () => plain('/queue/history'),
  '/queue/pause': () => plain('/queue/pause'),
  '/alerts': () => plain('/alerts'),
  '/alerts/silence': () => plain('/alerts/silence'),
  '/endpoints': () => plain('/endpoints'),
  '/endpoints/:id': () => plain('/endpoints/1'),
  '/endpoints/:id/change': () => plain('/endpoints/1/change'),
  '/endpoints/:id/disable': () => plain('/endpoints/1/disable'),
  '/endpoints/:id/remove': () => plain('/endpoints/1/remove'),
  '/endpoints/:id/replay': () => plain('/endpoints/1/replay'),
  '/operators': () => plain('/operators'),
  '/operators/:id': () => plain('/operators/7'),
  '/tokens': () => plain('/tokens'),
  '/tokens/:id': () => plain('/tokens/1'),
  '/account': () => plain('/account'),
  '/account/passkeys': () => plain('/account/passkeys'),
  '/drafts': () => plain('/drafts'),
  '/sign-in': () => plain('/sign-in'),
  '/sign-in/link': () => plain('/sign-in/link'),
  '/raw-queue': () => plain('/raw-queue', '/raw-queue/api/queues'),
  '/webviews/new': () => [
    ...plain('/webviews/new'),
    {
      name: '/webviews/new, searched',
      address: ({ user }) => `/support/webviews/new?find=${user}`,
    },
    {
      name: '/webviews/new, with options',
      address: ({ user }) => `/support/webviews/new?user=${user}`,
    },
  ],
  '/connections/:subject/reconnect': () => [
    { name: '/connections/:subject/reconnect', address: sample => `${caseOf(sample)}/reconnect` },
  ],
  '/mine': () => plain('/mine', '/mine?tab=snoozed', '/mine?tab=all'),
  '/connections/:subject/assign': ({ failed }) => [
    named('/connections/:subject/assign', `/connections/${encodeURIComponent(failed)}/assign`),
  ],
  '/connections/:subject/snooze': ({ failed }) => [
    named('/connections/:subject/snooze', `/connections/${encodeURIComponent(failed)}/snooze`),
  ],
  '/connections/:subject/dismiss': ({ failed }) => [
    named('/connections/:subject/dismiss', `/connections/${encodeURIComponent(failed)}/dismiss`),
  ],
  '/connections/:subject/deliveries/:event': () => [
    {
      name: '/connections/:subject/deliveries/:event',
      address: sample => `${caseOf(sample)}/deliveries/${sample.event}`,
    },
  ],
  '/connections/:subject': ({ failed }) => [
    { name: '/connections/:subject, linked', address: caseOf },
    {
      name: '/connections/:subject, older deliveries',
      address: sample => `${caseOf(sample)}?deliveries_before=${sample.event}`,
    },
    named(
      '/connections/:subject, failed, with notes',
      `/connections/${encodeURIComponent(failed)}`,
    ),
  ],
};

/** GETs that no figure would say anything of, and why. */
export const NOT_ASKED: Readonly<Record<string, string>> = {
  '/assets/:hash/:name': 'files: the database is not asked',
  '/sign-in/company': 'leads to the company’s provider: the database is not asked',
  '/sign-in/company/callback': 'asks the company’s provider, then finds one operator by a key',
  '/sign-in/second-step': 'for whoever has just shown a password: finds one challenge by a key',
};
