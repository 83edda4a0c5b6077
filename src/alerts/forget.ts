import type pg from 'pg';
import { deleteInBatches } from '../db/remove-old.ts';

/** For so long people may ask what was wrong, and whom it was told to. */
const KEPT_DAYS = 90;

/** A message about what isn't over yet stays: else it would be told anew. */
const OLD = {
  notices: `
    delete from reconciler.alert_notices where id in (
      select n.id from reconciler.alert_notices n
       where n.created_at < now() - $2 * interval '1 day'
         and not exists (select from reconciler.alerts a where a.id = any(n.alert_ids) and a.ended_at is null)
       order by n.created_at limit $1 for update skip locked)`,
  alerts: `
    delete from reconciler.alerts where id in (
      select id from reconciler.alerts where ended_at < now() - $2 * interval '1 day'
       order by ended_at limit $1 for update skip locked)`,
  silences: `
    delete from reconciler.alert_silences where id in (
      select id from reconciler.alert_silences where until < now() - $2 * interval '1 day'
       order by until limit $1 for update skip locked)`,
} as const;

/** Removes what has long been over, what was told of it, and silences that have long ended. @returns how many rows went */
export const forgetAlerts = async (pool: pg.Pool, signal: AbortSignal): Promise<number> => {
  let gone = 0;
  for (const text of Object.values(OLD)) {
    gone += await deleteInBatches(pool, signal, text, [KEPT_DAYS]);
  }
  return gone;
};
