import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { recordAlone } from '../../audit-log/record.ts';
import { type Pruned, prune } from '../../reconcile/prune.ts';

/**
 * Prunes now, as `work` does every hour, with an audit row in the name of who asked.
 *
 * @param signal stops it after the batch that is under way
 * @param failedDays for how long the newest of what stays failed are kept; 0: for good
 * @returns what went; null when another process is at it
 * @throws SupportError `not_allowed`; RangeError for fewer than two days
 */
export const pruneByHand = async (
  pool: pg.Pool,
  actor: Actor,
  days: number,
  signal: AbortSignal,
  failedDays = 0,
): Promise<Pruned | null> => {
  insistOn(actor, 'prune');
  const recordIt = () =>
    recordAlone(pool, actor, {
      action: 'prune',
      target: 'deliveries',
      after: { older_than_days: days },
    });
  return prune(pool, days, signal, recordIt, failedDays);
};
