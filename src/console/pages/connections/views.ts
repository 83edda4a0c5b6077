import { SupportError } from '../../../access/errors.ts';
import { filterFields } from '../../../support/finding/connection-filter.ts';
import { deleteView, saveView } from '../../../support/finding/saved-views.ts';
import { href } from '../../view/html.ts';
import type { ConsoleRoute } from '../../view/route.ts';
import { showConnections } from './connections-page.ts';
import { viewHref } from './saved-views.ts';

export const VIEW_ROUTES: readonly ConsoleRoute[] = [
  {
    method: 'post',
    path: '/views',
    needs: 'save_view',
    handle: async visit => {
      const name = visit.form.get('name') ?? '';
      const fields = filterFields(visit.form);
      try {
        const saved = await saveView(visit.desk.pool, visit.actor, { name, fields });
        const text = `View “${saved.name}” saved.`;
        return { kind: 'redirect', to: viewHref(saved), notice: { text } };
      } catch (error) {
        if (!(error instanceof SupportError) || error.fault !== 'invalid') throw error;
        return showConnections(visit, visit.form, { name, faults: error.faults });
      }
    },
  },
  {
    method: 'post',
    path: '/views/:id/delete',
    needs: 'save_view',
    handle: async visit => {
      const deleted = await deleteView(visit.desk.pool, visit.actor, Number(visit.params.id));
      const text = `View “${deleted.name}” deleted.`;
      return { kind: 'redirect', to: href(['connections']), notice: { text } };
    },
  },
];
