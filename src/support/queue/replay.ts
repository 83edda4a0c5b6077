import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { recordAlone } from '../../audit-log/record.ts';
import type { Subject } from '../../model/subject.ts';
import { requestLooks } from '../../reconcile/request.ts';

/** Which subjects; what is null doesn't matter. */
export type ReplayFilter = Readonly<{
  /** Those with a delivery that was received in this time … */
  since: Date | null;
  until: Date | null;
  /** … and of this event type; `*` stands for anything. */
  type: string | null;
  /** Those whose reconciliation stands failed, or is being tried, for this reason. */
  reason: string | null;
}>;

const PAGE_SIZE = 1_000;

/** Not what a person has set aside, nor events that name nothing to look at. */
const MATCHES = `
  r.state <> 'dismissed' and r.subject not like 'delivery:%'
  and ($1::text is null or r.reason = $1)
  and (($2::timestamptz is null and $3::timestamptz is null and $4::text is null) or exists (
    select 1 from reconciler.deliveries d
     where d.subject = r.subject and d.set_aside is null
       and d.received_at >= coalesce($2, '-infinity') and d.received_at <= coalesce($3, 'infinity')
       and ($4::text is null or d.event_type like $4)))`;

const valuesOf = ({ reason, since, until, type }: ReplayFilter) => [
  reason,
  since,
  until,
  type === null ? null : type.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%'),
];

/** How many subjects match now. */
export const countReplay = async (pool: pg.Pool, filter: ReplayFilter): Promise<number> => {
  const { rows } = await pool.query<{ subjects: number }>(
    `select count(*)::int as subjects from reconciler.reconciliations r where ${MATCHES}`,
    valuesOf(filter),
  );
  return rows[0]?.subjects ?? 0;
};

/**
 * Asks for another look at every subject that matches, so many a second from now on: each is due in its
 * turn, and the sweep hands it out then. News of one in the meantime is looked at at once, as ever.
 *
 * @param perSecond looks a second; each is one or two calls of Seam's API
 * @returns how many were asked for
 * @throws SupportError `not_allowed`
 * @throws whatever Postgres throws; what was asked for until then stays so, and to replay again only adds
 *   one more look
 */
export const replay = async (
  pool: pg.Pool,
  actor: Actor,
  filter: ReplayFilter,
  perSecond: number,
): Promise<number> => {
  insistOn(actor, 'replay');
  await recordAlone(pool, actor, {
    action: 'replay',
    target: 'queue',
    after: { ...filter, per_second: perSecond },
  });
  const stepMs = 1_000 / perSecond;
  const began = performance.now();
  let asked = 0;
  let after = '';
  for (;;) {
    const subjects = await readPage(pool, filter, after);
    // The pages' own time has passed since the first was due.
    const startMs = Math.max(0, asked * stepMs - (performance.now() - began));
    asked += await requestLooks(pool, subjects, 'replay', filter.reason, { startMs, stepMs });
    after = subjects.at(-1) ?? after;
    if (subjects.length < PAGE_SIZE) return asked;
  }
};

const readPage = async (pool: pg.Pool, filter: ReplayFilter, after: string): Promise<Subject[]> => {
  const { rows } = await pool.query<{ subject: Subject }>(
    `select subject from reconciler.reconciliations r
      where ${MATCHES} and subject > $5 order by subject limit $6`,
    [...valuesOf(filter), after, PAGE_SIZE],
  );
  return rows.map(row => row.subject);
};
