import type { Actor } from '../../access/actor.ts';
import { type ChangeRecord, changesOf } from '../../audit-log/read.ts';
import type { ReconciliationState } from '../../model/outcome.ts';
import { casesOf } from '../cases/members.ts';
import type { Desk } from '../desk.ts';
import { ofCase, targetOf } from './form-name.ts';

/** What has come since somebody opened a form. */
export type News = Readonly<{
  /** What people did, the latest first, as whoever asks may read it. */
  changes: readonly ChangeRecord[];
  /** How a case stands by now, where that changed. */
  now: Readonly<{ state: ReconciliationState; since: Date }> | null;
}>;

const NONE: News = { changes: [], now: null };
const MOST_CHANGES = 10;

/**
 * What is new of the thing that a form is about.
 *
 * @param form what the form is called (form-name.ts)
 */
export const newsSince = async (
  { db, pool }: Pick<Desk, 'db' | 'pool'>,
  actor: Actor,
  form: string,
  since: Date,
): Promise<News> => {
  const target = targetOf(form);
  if (target === null) return NONE;
  const members = ofCase(form) === null ? undefined : (await casesOf(pool, [target])).get(target);
  const targets = members === undefined ? [target] : [members.key, ...members.subjects, target];
  const changes = await changesOf(db, actor, [...new Set(targets)], MOST_CHANGES);
  return {
    changes: changes.filter(({ at }) => new Date(at) > since),
    now: members === undefined ? null : await stateSince({ pool }, members.lead, since),
  };
};

const stateSince = async (
  { pool }: Pick<Desk, 'pool'>,
  subject: string,
  since: Date,
): Promise<News['now']> => {
  const { rows } = await pool.query<NonNullable<News['now']>>(
    `select state, updated_at as since from reconciler.reconciliations
      where subject = $1 and updated_at > $2`,
    [subject, since],
  );
  return rows[0] ?? null;
};
