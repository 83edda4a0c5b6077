import type pg from 'pg';
import { type CappedCount, MOST_COUNTED, toCappedCount } from '../../model/capped-count.ts';
import type { DisabledBecause } from '../../model/message.ts';

/* Whether the app is told: of what endpoints stand in the way, and what waits for its place among the messages. */

/** As a rule it takes a second. */
const ARRANGED_WITHIN_SECONDS = 60;
/** What fails once is tried again before anybody would look. */
const FAILS_WITHIN_SECONDS = 60;

/**
 * What keeps an endpoint from being told. `failing`: it has not taken anything for a minute. `unsendable`: nothing can
 * be sent to it, as its secret can't be opened. `switched_off`: by us, as it failed for days or said that it is gone.
 * `disabled`: by a person. `dead_letters`: all is well by now, but some messages were given up.
 */
export const ENDPOINT_TROUBLES = [
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
}>;

/** Of what was given up no more are counted than are told, along their index (sendings_dead_idx). */
const STANDINGS = `
  select e.id::int, e.name, e.disabled_at as "disabledAt", e.disabled_because as "disabledBecause",
         e.failing_since as "failingSince",
         coalesce(extract(epoch from now() - e.failing_since), 0)::float8 as "failingSeconds", e.fault,
         (select count(*)::int from (
            select from reconciler.sendings s where s.endpoint_id = e.id and s.state = 'dead'
             limit ${MOST_COUNTED + 1}) d) as dead
    from reconciler.endpoints e order by e.id`;

const troubleOf = (row: Row): EndpointTrouble | null => {
  const { disabledAt, disabledBecause, failingSince, failingSeconds, fault, dead } = row;
  if (disabledAt !== null) return disabledBecause === 'person' ? 'disabled' : 'switched_off';
  if (failingSince !== null && failingSeconds >= FAILS_WITHIN_SECONDS) return 'failing';
  // Whoever tries and fails says since when.
  if (fault !== null && failingSince === null) return 'unsendable';
  return dead > 0 ? 'dead_letters' : null;
};

const toStanding = (row: Row): EndpointStanding => {
  const { id, name, disabledAt, disabledBecause, failingSince, fault, dead } = row;
  const trouble = troubleOf(row);
  const since = { failing: failingSince, switched_off: disabledAt, disabled: disabledAt };
  return {
    ...{ id, name, trouble, disabledBecause, fault },
    since: trouble !== null && trouble in since ? since[trouble as keyof typeof since] : null,
    dead: toCappedCount(dead),
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
