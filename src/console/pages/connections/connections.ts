import { filterFields, parseFilter } from '../../../support/finding/connection-filter.ts';
import { exportConnections } from '../../../support/finding/export.ts';
import type { ConsoleRoute } from '../../view/route.ts';
import { showConnections } from './connections-page.ts';

/** `connections-2026-11-22T1402Z.csv` */
const fileName = (now: Date): string =>
  `connections-${now.toISOString().slice(0, 16).replace(':', '')}Z.csv`;

export const CONNECTIONS_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/connections',
    needs: 'view',
    handle: visit => showConnections(visit, visit.query),
  },
  {
    method: 'get',
    path: '/connections.csv',
    needs: 'view',
    handle: async ({ desk, actor, query }) => ({
      kind: 'download',
      fileName: fileName(new Date()),
      contentType: 'text/csv; charset=utf-8',
      body: exportConnections(desk, actor, parseFilter(filterFields(query))),
    }),
  },
];
