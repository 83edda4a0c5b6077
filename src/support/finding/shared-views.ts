import type pg from 'pg';
import { type Actor, insistOn, may } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransaction } from '../../db/client.ts';
import { drizzle, eq } from '../../db/drizzle.ts';
import { savedViews } from '../../db/schema-desk.ts';
import { operators } from '../../db/schema-operators.ts';
import { operatorOf } from '../shifts/names.ts';
import { type SavedView, toView } from './saved-views.ts';

/* A view is its owner's; what they share, everybody is shown, and an admin may end that. */

const lockView = async (client: Client, actor: Actor, id: number): Promise<SavedView> => {
  const [row] = Number.isSafeInteger(id)
    ? await drizzle(client).select().from(savedViews).where(eq(savedViews.id, id)).for('update')
    : [];
  const [owner] = await drizzle(client)
    .select({ name: operators.name })
    .from(operators)
    .where(eq(operators.id, row?.operatorId ?? 0));
  const view = row && toView(row, owner?.name ?? '', operatorOf(actor));
  // Whose it isn't learns no more of it than that there is none.
  if (view === undefined || !(view.isOwn || (view.isShared && mayEndOthers(actor)))) {
    throw new SupportError('not_found', 'You have no such view.');
  }
  return view;
};

/** Whether somebody may stop the sharing of what others share. */
export const mayEndOthers = (actor: Pick<Actor, 'role' | 'grant'>): boolean =>
  may(actor, 'manage_operators');

const setShared = (client: Client, id: number, isShared: boolean): Promise<unknown> =>
  drizzle(client).update(savedViews).set({ isShared }).where(eq(savedViews.id, id));

const told = ({ name, owner }: SavedView) => ({ view: name, owner });

/**
 * Shows one of one's own views to everybody. The same once more changes nothing.
 *
 * @throws SupportError `not_found` for any other, `not_allowed`; DoneBeforeError
 */
export const shareView = async (pool: pg.Pool, actor: Actor, id: number): Promise<SavedView> => {
  insistOn(actor, 'share_view');
  return inTransaction(pool, async client => {
    const view = await lockView(client, actor, id);
    if (!view.isShared) {
      const target = `view:${view.id}`;
      await recordChange(client, actor, { action: 'share_view', target, after: told(view) });
      await setShared(client, view.id, true);
    }
    return { ...view, isShared: true };
  });
};

/**
 * Shows a view to its owner alone again: one's own, or, for an admin, anybody's. The same once more changes nothing.
 *
 * @throws SupportError `not_found`, `not_allowed`; DoneBeforeError
 */
export const unshareView = async (pool: pg.Pool, actor: Actor, id: number): Promise<SavedView> => {
  insistOn(actor, 'share_view');
  return inTransaction(pool, async client => {
    const view = await lockView(client, actor, id);
    if (view.isShared) {
      await recordUnshared(client, actor, view);
      await setShared(client, view.id, false);
    }
    return { ...view, isShared: false };
  });
};

const recordUnshared = (client: Client, actor: Actor, view: SavedView): Promise<number> =>
  recordChange(client, actor, {
    action: 'unshare_view',
    target: `view:${view.id}`,
    before: told(view),
  });

/**
 * Forgets a view: one's own, or, for an admin, one that somebody shares. Of a shared one the audit log says so.
 *
 * @throws SupportError `not_found` for any other; DoneBeforeError
 */
export const deleteView = async (pool: pg.Pool, actor: Actor, id: number): Promise<SavedView> => {
  insistOn(actor, 'save_view');
  return inTransaction(pool, async client => {
    const view = await lockView(client, actor, id);
    if (view.isShared) await recordUnshared(client, actor, view);
    await drizzle(client).delete(savedViews).where(eq(savedViews.id, view.id));
    return view;
  });
};
