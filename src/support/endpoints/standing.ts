import type pg from 'pg';
import { HEARD_WITHIN_SECONDS } from '../../endpoints/hook-sets.ts';
import { type CappedCount, MOST_COUNTED, toCappedCount } from '../../model/capped-count.ts';
import type { DisabledBecause } from '../../model/message.ts';

/* Whether the app is told: of what endpoints stand in the way, and what waits for its place among the messages. */

/** As a rule it takes a second. */
const ARRANGED_WITHIN_SECONDS = 60;
/** What fails once is tried again before anybody would look. */
const FAILS_WITHIN_SECONDS = 60;

/** What has failed so often was tried for over half an hour: it may be the message that the app can't take. */
const REFUSED_TRIES = 4;

/**
 * What keeps an endpoint from being told. `unheard`: no process that has its hooks was heard of for a minute. `failing`: it has not taken anything for a minute. `unsendable`: nothing can
 * be sent to it, as its secret can't be opened. `switched_off`: by us, as it failed for days or said that it is gone.
 * `disabled`: by a person. `dead_letters`: all is well by now, but some messages were given up.
 */
export const ENDPOINT_TROUBLES = [
  'unheard',
  'failing',
  'unsendable',
  'switched_off',
  'disabled',
  'dead_letters',
] as const;
export type EndpointTrouble = (typeof ENDPOINT_TROUBLES)[number];

/** How one endpoint stands. */
export type EndpointStanding = Readonly<{
  id: number;
  name: string;
  trouble: EndpointTrouble | null;
  disabledBecause: DisabledBecause | null;
  /** Of the trouble; null: it isn't known, or there is none. */
  since: Date | null;
  /** What the last try came to, in words; null: it was taken. */
  fault: string | null;
  /** Messages that were given up. */
  dead: CappedCount;
  /** Those of them that were within the last day. */
  givenUpLately: CappedCount;
  /** Messages that wait, and that it has refused several times. */
  refused: CappedCount;
}>;

type Row = Readonly<{
  id: number;
  name: string;
  disabledAt: Date | null;
  disabledBecause: DisabledBecause | null;
  failingSince: Date | null;
  failingSeconds: number;
  fault: string | null;
  dead: number;
  givenUpLately: number;
  refused: number;
  unheardSince: Date | null;
}>;

/** No more are counted than are told, along their indexes (sendings_dead_idx, sendings_due_idx): the newest, and the last to come. */
const STANDINGS = `
  select e.id::int, e.name, e.disabled_at as "disabledAt", e.disabled_because as "disabledBecause",
         e.failing_since as "failingSince",
         coalesce(extract(epoch from now() - e.failing_since), 0)::float8 as "failingSeconds", e.fault,
         (select count(*)::int from (
            select from reconciler.sendings s where s.endpoint_id = e.id and s.state = 'dead'
             limit ${MOST_COUNTED + 1}) d) as dead,
         (select count(*)::int from (
            select finished_at from reconciler.sendings s where s.endpoint_id = e.id and s.state = 'dead'
             order by s.position desc limit ${MOST_COUNTED + 1}) d
           where finished_at > now() - interval '1 day') as "givenUpLately",
         (select count(*)::int from (
            select attempts from reconciler.sendings s
             where s.endpoint_id = e.id and s.state = 'waiting' and s.due_at is not null
             order by s.due_at desc limit ${MOST_COUNTED + 1}) w where attempts >= ${REFUSED_TRIES}) as refused,
         case when e.kind = 'hook' and e.types <> '{}' then (
           select max(h.heard_at) from reconciler.hook_sets h where h.endpoint_id = e.id
           having max(h.heard_at) < now() - interval '${HEARD_WITHIN_SECONDS} s') end as "unheardSince"
    from reconciler.endpoints e order by e.id`;

const troubleOf = (row: Row): EndpointTrouble | null => {
  const { disabledAt, disabledBecause, failingSince, failingSeconds, fault, dead } = row;
  if (disabledAt !== null) return disabledBecause === 'person' ? 'disabled' : 'switched_off';
  if (row.unheardSince !== null) return 'unheard';
  if (failingSince !== null && failingSeconds >= FAILS_WITHIN_SECONDS) return 'failing';
  // Whoever tries and fails says since when.
  if (fault !== null && failingSince === null) return 'unsendable';
  return dead > 0 ? 'dead_letters' : null;
};

const toStanding = (row: Row): EndpointStanding => {
  const { id, name, disabledAt, disabledBecause, failingSince, unheardSince, fault } = row;
  const trouble = troubleOf(row);
  const since = {
    unheard: unheardSince,
    failing: failingSince,
    switched_off: disabledAt,
    disabled: disabledAt,
  };
  return {
    ...{ id, name, trouble, disabledBecause, fault },
    since: trouble !== null && trouble in since ? since[trouble as keyof typeof since] : null,
    dead: toCappedCount(row.dead),
    givenUpLately: toCappedCount(row.givenUpLately),
    refused: toCappedCount(row.refused),
  };
};

/** How each endpoint stands, the oldest first. @throws whatever Postgres throws */
export const readEndpointStandings = async (
  pool: Pick<pg.Pool, 'query'>,
): Promise<EndpointStanding[]> => (await pool.query<Row>(STANDINGS)).rows.map(toStanding);

/** Messages that nobody has given their place in the order, which takes a second as a rule. */
export type Unarranged = Readonly<{ waiting: CappedCount; since: Date }>;

/**
 * @param overSeconds of those that have waited longer: a minute as a rule
 * @returns null: none has @throws whatever Postgres throws
 */
export const readUnarranged = async (
  pool: Pick<pg.Pool, 'query'>,
  overSeconds = ARRANGED_WITHIN_SECONDS,
): Promise<Unarranged | null> => {
  const { rows } = await pool.query<{ waiting: number; since: Date | null }>(
    `select count(*)::int as waiting, min(at) as since
       from (select at from reconciler.outbox order by id limit ${MOST_COUNTED + 1}) o
      where at < now() - $1 * interval '1 s'`,
    [overSeconds],
  );
  const { waiting = 0, since = null } = rows[0] ?? {};
  return since === null ? null : { waiting: toCappedCount(waiting), since };
};
