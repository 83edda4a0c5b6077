import { SupportError } from '../../../access/errors.ts';
import { filterFields } from '../../../support/finding/connection-filter.ts';
import { saveView } from '../../../support/finding/saved-views.ts';
import { deleteView, shareView, unshareView } from '../../../support/finding/shared-views.ts';
import { href } from '../../view/html.ts';
import type { ConsoleRoute, Visit } from '../../view/route.ts';
import { showConnections } from './connections-page.ts';
import { viewHref } from './saved-views.ts';

const idOf = ({ params }: Visit): number => Number(params.id);

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
    path: '/views/:id/share',
    needs: 'share_view',
    handle: async visit => {
      const view = await shareView(visit.desk.pool, visit.actor, idOf(visit));
      const text = `View “${view.name}” is shared: everyone sees it beside their own.`;
      return { kind: 'redirect', to: viewHref(view), notice: { text } };
    },
  },
  {
    method: 'post',
    path: '/views/:id/unshare',
    needs: 'share_view',
    handle: async visit => {
      const view = await unshareView(visit.desk.pool, visit.actor, idOf(visit));
      const text = `View “${view.name}” is no longer shared: only ${view.isOwn ? 'you see' : `${view.owner} sees`} it.`;
      return { kind: 'redirect', to: viewHref(view), notice: { text } };
    },
  },
  {
    method: 'post',
    path: '/views/:id/delete',
    needs: 'save_view',
    handle: async visit => {
      const deleted = await deleteView(visit.desk.pool, visit.actor, idOf(visit));
      const text = `View “${deleted.name}” deleted.`;
      return { kind: 'redirect', to: href(['connections']), notice: { text } };
    },
  },
];
