import { listReconciliations } from '../../support/list.ts';
import { href, html } from '../html.ts';
import { live } from '../layout.ts';
import { type ConsoleRoute, page } from '../route.ts';

export const ATTENTION_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'get',
    path: '/',
    needs: 'view',
    handle: async visit => {
      const failed = await listReconciliations(visit.desk.db, { state: 'failed', limit: 50 });
      return page(
        'attention',
        'Needs attention',
        html`<h1>Needs attention</h1>
          ${live(
            visit,
            'attention',
            html`<ul>${failed.map(row => html`<li><a href="${href(['connections', row.subject])}">${row.subject}</a> ${row.reason}</li>`)}</ul>`,
          )}`,
      );
    },
  },
];
