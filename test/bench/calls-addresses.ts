import type { Sample } from './history.ts';
import type { Address, Addresses } from './pages-addresses.ts';

const subjectOf = ({ webview }: Sample): string => encodeURIComponent(`connect_webview:${webview}`);

const calls = (...paths: readonly string[]): Address[] =>
  paths.map(path => ({ name: path, address: () => path }));

/** Of the API: addresses below `/api/v1`. */
export const CALLS: Addresses = {
  '/connections': ({ middle }) => [
    ...calls(
      '/connections',
      '/connections?limit=500',
      '/connections?state=failed',
      '/connections?state=open&reason=user_not_found',
      '/connections?workspace=small',
      '/connections?workspace=nowhere',
    ),
    { name: '/connections?cursor=', address: () => `/connections?cursor=${middle}` },
    { name: '/connections?user=', address: ({ user }) => `/connections?user=${user}` },
    { name: '/connections?named=', address: ({ user }) => `/connections?named=${user}` },
  ],
  '/connections/{subject}': () => [
    { name: '/connections/{subject}', address: sample => `/connections/${subjectOf(sample)}` },
  ],
  '/connections/{subject}/deliveries/{event_id}': () => [
    {
      name: '/connections/{subject}/deliveries/{event_id}',
      address: sample => `/connections/${subjectOf(sample)}/deliveries/${sample.event}`,
    },
  ],
  '/accounts': () =>
    calls(
      '/accounts',
      '/accounts?limit=1000',
      '/accounts?state=disconnected',
      '/accounts?workspace=small',
      '/accounts?linked=true',
    ),
  '/users/{id}/accounts': () => [
    { name: '/users/{id}/accounts', address: ({ user }) => `/users/${user}/accounts` },
  ],
  '/links': () => calls('/links', '/links?after=0&limit=1000', '/links?workspace=small'),
  '/accounts/{account_id}': () => [
    { name: '/accounts/{account_id}', address: ({ account }) => `/accounts/${account}` },
  ],
  '/attention': () => calls('/attention', '/attention?tab=dismissed', '/attention?tab=settled'),
  '/search': () => [
    { name: '/search?q=, an id', address: ({ user }) => `/search?q=${user}` },
    { name: '/search?q=, an e-mail', address: ({ user }) => `/search?q=${user}@people.example` },
    { name: '/search?q=, nothing', address: ({ user }) => `/search?q=${user}-nobody` },
  ],
  '/users': () => [{ name: '/users?q=', address: ({ user }) => `/users?q=${user}` }],
  '/users/{id}/personal-data': () => [
    { name: '/users/{id}/personal-data', address: ({ user }) => `/users/${user}/personal-data` },
  ],
  '/audit-log': ({ auditId }) => [
    ...calls('/audit-log', '/audit-log?action=link', '/audit-log?actor=op_7&action=link'),
    { name: '/audit-log?before=', address: () => `/audit-log?before=${auditId}` },
  ],
  '/audit-log/{audit_id}/undo': ({ undoable }) => calls(`/audit-log/${undoable}/undo`),
  '/audit-log/stream': ({ auditCursor }) => [
    ...calls('/audit-log/stream'),
    { name: '/audit-log/stream?after=', address: () => `/audit-log/stream?after=${auditCursor}` },
  ],
  '/bulk-runs': () => calls('/bulk-runs', '/bulk-runs?limit=100'),
  '/bulk-runs/{id}': ({ bulkRun }) => calls(`/bulk-runs/${bulkRun}`),
  '/bulk-runs/{id}/undo': ({ undoableRun }) => calls(`/bulk-runs/${undoableRun}/undo`),
  '/bulk-runs/{id}/items': ({ bulkRun }) =>
    calls(
      `/bulk-runs/${bulkRun}/items`,
      `/bulk-runs/${bulkRun}/items?state=failed&after=500&limit=1000`,
    ),
  '/drift': () => calls('/drift'),
  '/drift/findings': () => calls('/drift/findings', '/drift/findings?finding=names_nobody'),
  '/openapi.json': () => calls('/openapi.json'),
  '/endpoints': () => calls('/endpoints'),
  '/endpoints/{id}': () => calls('/endpoints/1'),
  '/messages': () => calls('/messages', '/messages?after=0&limit=1000'),
  '/messages/{message_id}': ({ message }) => [
    { name: '/messages/{message_id}', address: () => `/messages/${message}` },
  ],
  '/connections/{subject}/timeline': () => [
    {
      name: '/connections/{subject}/timeline',
      address: sample => `/connections/${subjectOf(sample)}/timeline`,
    },
    {
      name: '/connections/{subject}/timeline?show=checks',
      address: sample => `/connections/${subjectOf(sample)}/timeline?show=checks`,
    },
  ],
  '/connections/{subject}/shift': () => [
    {
      name: '/connections/{subject}/shift',
      address: sample => `/connections/${subjectOf(sample)}/shift`,
    },
  ],
  '/views': () => calls('/views'),
  '/connections/{subject}/messages': () => [
    {
      name: '/connections/{subject}/messages',
      address: sample => `/connections/${subjectOf(sample)}/messages`,
    },
  ],
  '/operators': () => calls('/operators'),
  '/queue': () => calls('/queue'),
  '/alerts': () => calls('/alerts', '/alerts?open=true'),
  '/sessions': () => calls('/sessions'),
  '/tokens': () => calls('/tokens'),
};
