import type { Sample } from './history.ts';
import type { DeskPast } from './pages-past.ts';

/** A page that is asked for, with another sample each time. */
export type Address = Readonly<{ name: string; address: (sample: Sample) => string }>;

const plain = (...paths: readonly string[]): Address[] =>
  paths.map(path => ({ name: path === '' ? '/' : path, address: () => `/support${path}` }));

const caseOf = ({ webview }: Sample): string =>
  `/support/connections/${encodeURIComponent(`connect_webview:${webview}`)}`;

const search = (what: string, of: (sample: Sample) => string): Address => ({
  name: `/search, by ${what}`,
  address: sample => `/support/search?q=${encodeURIComponent(of(sample))}`,
});

/** By the path of its route, as the table of routes has it. */
const ADDRESSES: Readonly<Record<string, (past: DeskPast) => Address[]>> = {
  '/': () => plain('', '/?tab=dismissed', '/?tab=settled'),
  '/search': () => [
    search('user id', ({ user }) => user),
    search('account id', ({ account }) => account),
    search('event id', ({ event }) => event),
    search('a user’s e-mail', ({ user }) => `${user}@people.example`),
    search('a lock account’s e-mail', ({ user }) => `${user}@example.com`),
    search('nothing', ({ user }) => `${user}-nobody@example.com`),
  ],
  '/connections': () =>
    plain(
      '/connections',
      '/connections?state=failed',
      '/connections?state=open&reason=user_not_found',
      '/connections?state=settled',
      '/connections?since=2020-01-01T00:00Z&until=2021-01-01T00:00Z',
    ),
  '/connections.csv': () => [
    {
      name: '/connections.csv, of those that failed',
      address: () => '/support/connections.csv?state=failed',
    },
  ],
  '/connections/:subject/link': () => [
    {
      name: '/connections/:subject/link, compared',
      address: sample => `${caseOf(sample)}/link?user=${sample.user}`,
    },
    {
      name: '/connections/:subject/link, searched',
      address: sample => `${caseOf(sample)}/link?find=${sample.user}`,
    },
  ],
  '/audit-log': ({ auditId }) =>
    plain(
      '/audit-log',
      '/audit-log?action=link',
      '/audit-log?actor=op_7',
      `/audit-log?before=${auditId}`,
    ),
  '/audit-log.csv': () => plain('/audit-log.csv?actor=op_7&action=link'),
  '/bulk-runs': () => plain('/bulk-runs'),
  '/bulk-runs/:id': ({ bulkRun }) => plain(`/bulk-runs/${bulkRun}`),
  '/queue': () => plain('/queue'),
  '/queue/now': () => plain('/queue/now'),
  '/queue/history': () => plain('/queue/history'),
  '/queue/pause': () => plain('/queue/pause'),
  '/operators': () => plain('/operators'),
  '/operators/:id': () => plain('/operators/7'),
  '/tokens': () => plain('/tokens'),
  '/tokens/:id': () => plain('/tokens/1'),
  '/account': () => plain('/account'),
  '/webviews/new': () => plain('/webviews/new'),
  '/connections/:subject/dismiss': ({ failed }) => [
    {
      name: '/connections/:subject/dismiss',
      address: () => `/support/connections/${encodeURIComponent(failed)}/dismiss`,
    },
  ],
  '/connections/:subject/deliveries/:event': () => [
    {
      name: '/connections/:subject/deliveries/:event',
      address: sample => `${caseOf(sample)}/deliveries/${sample.event}`,
    },
  ],
  '/connections/:subject': ({ failed }) => [
    { name: '/connections/:subject, linked', address: caseOf },
    ...plain(`/connections/${encodeURIComponent(failed)}`).map(({ address }) => ({
      name: '/connections/:subject, failed, with notes',
      address,
    })),
  ],
};

/** @throws Error for a page that nobody wrote addresses for */
export const addressesOf = (path: string, past: DeskPast): Address[] => {
  const addresses = ADDRESSES[path];
  if (addresses === undefined) throw new Error(`the bench knows no address of ${path}`);
  return addresses(past);
};
