import type pg from 'pg';
import { deleteInBatches } from '../../db/remove-old.ts';

/**
 * Removes what says that somebody is changing an account at Seam, where that is over: of processes that died
 * meanwhile, and of calls whose end nobody knew. Such a row holds nobody up any more, and the next change of its
 * account takes it over; this is for accounts that nobody changes again.
 *
 * @returns how many went
 */
export const forgetLeases = (pool: pg.Pool, signal: AbortSignal): Promise<number> =>
  deleteInBatches(
    pool,
    signal,
    `delete from reconciler.account_changes where connected_account_id in (
       select connected_account_id from reconciler.account_changes
        where until <= now() limit $1 for update skip locked)`,
  );
