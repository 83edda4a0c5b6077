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

/** So many are gone through in one statement, whether or not they match. */
const PASSED_AT_A_TIME = 1_000;

/** SQL: a delivery that the filter is about. */
const isTold = (of: string): string => `
  ${of}.set_aside is null
  and ${of}.received_at >= coalesce($2::timestamptz, '-infinity')
  and ${of}.received_at <= coalesce($3::timestamptz, 'infinity')
  and ($4::text is null or ${of}.event_type like $4)`;

/** Not what a person has set aside, nor events that name nothing to look at. */
const MATCHES = `
  r.state <> 'dismissed' and r.subject not like 'delivery:%' and ($1::text is null or r.reason = $1)`;

/** What is gone through: the next ones after a key ($5), in its order and along an index. */
type Walk = Readonly<{
  /** Selects `subject` and, as text, the `key`. */
  page: string;
  /** Which of the page `p`, with the reconciliation `r`, are meant. */
  isMeant: string;
  start: readonly string[];
}>;

const key = (at: number, type: string): string => `($5::text[])[${at}]::${type}`;

/** What failed for a reason; what has since failed for it again waits for its own turn. */
const BY_REASON: Walk = {
  page: `
    select subject, array[state, updated_at::text, subject] as key from reconciler.reconciliations
     where reason = $1 and updated_at <= $6
       and (state, updated_at, subject) > (${key(1, 'text')}, ${key(2, 'timestamptz')}, ${key(3, 'text')})
     order by state, updated_at, subject limit ${PASSED_AT_A_TIME}`,
  isMeant: `
    ($2::timestamptz is null and $3::timestamptz is null and $4::text is null or exists (
      select from reconciler.deliveries d where d.subject = r.subject and ${isTold('d')}))`,
  start: ['', '-infinity', ''],
};

/** Deliveries of a time; each subject with the first of its own. */
const BY_TIME: Walk = {
  page: `
    select d.*, array[received_at::text, event_id] as key
      from (select event_id, event_type, subject, received_at, set_aside from reconciler.deliveries
             where received_at >= coalesce($2::timestamptz, '-infinity')
               and received_at <= least(coalesce($3::timestamptz, 'infinity'), $6)
               and (received_at, event_id) > (${key(1, 'timestamptz')}, ${key(2, 'text')})
             order by received_at, event_id limit ${PASSED_AT_A_TIME}) d`,
  isMeant: `
    ${isTold('p')} and not exists (
      select from reconciler.deliveries d
       where d.subject = p.subject and (d.received_at, d.event_id) < (p.received_at, p.event_id)
         and ${isTold('d')})`,
  start: ['-infinity', ''],
};

const ALL: Walk = {
  page: `
    select subject, array[subject] as key from reconciler.reconciliations
     where subject > ${key(1, 'text')} and created_at <= $6 and $4::text is null
     order by subject limit ${PASSED_AT_A_TIME}`,
  isMeant: '$2::timestamptz is null and $3::timestamptz is null',
  start: [''],
};

const walkFor = ({ reason, since, until, type }: ReplayFilter): Walk => {
  if (reason !== null) return BY_REASON;
  return [since, until, type].some(each => each !== null) ? BY_TIME : ALL;
};

const valuesOf = ({ reason, since, until, type }: ReplayFilter) => [
  reason,
  since,
  until,
  type === null ? null : type.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%'),
];

type Page = Readonly<{ subjects: readonly Subject[]; last: readonly string[] | null }>;

const readPage = async (
  pool: pg.Pool,
  { page, isMeant }: Walk,
  values: readonly unknown[],
): Promise<Page> => {
  const { rows } = await pool.query<Page>(
    `with page as materialized (select *, row_number() over () as at from (${page}) p)
     select array(select r.subject from page p join reconciler.reconciliations r using (subject)
                   where ${MATCHES} and ${isMeant} order by p.at) as subjects,
            (select key from page where at = ${PASSED_AT_A_TIME}) as last`,
    [...values],
  );
  return rows[0] ?? { subjects: [], last: null };
};

/** The subjects that match, page by page, each once; a page may have none. */
async function* readMatching(
  pool: pg.Pool,
  filter: ReplayFilter,
): AsyncGenerator<readonly Subject[]> {
  const walk = walkFor(filter);
  const { rows: clock } = await pool.query<{ now: string }>('select now()::text as now');
  let after: readonly string[] | null = walk.start;
  while (after !== null) {
    const read: Page = await readPage(pool, walk, [...valuesOf(filter), after, clock[0]?.now]);
    yield read.subjects;
    after = read.last;
  }
}

/** How many subjects match now. */
export const countReplay = async (pool: pg.Pool, filter: ReplayFilter): Promise<number> => {
  let subjects = 0;
  for await (const page of readMatching(pool, filter)) subjects += page.length;
  return subjects;
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
  let began: number | null = null;
  let asked = 0;
  for await (const subjects of readMatching(pool, filter)) {
    if (subjects.length === 0) continue;
    // The pages' own time has passed since the first was due.
    const passedMs = began === null ? 0 : performance.now() - began;
    const startMs = Math.max(0, asked * stepMs - passedMs);
    asked += await requestLooks(pool, subjects, 'replay', filter.reason, { startMs, stepMs });
    began ??= performance.now();
  }
  return asked;
};
