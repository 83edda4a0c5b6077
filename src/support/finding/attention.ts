import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import type { Client } from '../../db/client.ts';
import { type CappedCount, toCappedCount } from '../../model/capped-count.ts';
import {
  FAILURE_REASONS,
  type FailureReason,
  type ReconciliationState,
} from '../../model/outcome.ts';
import { isLeadOf } from '../cases/leads.ts';
import type { Desk } from '../desk.ts';
import { readSnoozed } from '../shifts/conditions.ts';
import { MOST_OF_A_ROW, readStandings, type StandingRow } from './attention-standings.ts';
import { insistInTime, readWithStatementTimeout } from './statement-timeout.ts';

/** What of all connections is looked at: what is open, what people put aside, what is well. */
export const ATTENTION_TABS = ['open', 'dismissed', 'settled'] as const;
export type AttentionTab = (typeof ATTENTION_TABS)[number];

const STATES = {
  open: ['failed', 'retrying'],
  dismissed: ['dismissed'],
  settled: ['linked', 'no_action'],
} as const satisfies Record<AttentionTab, readonly ReconciliationState[]>;

/** All cases of one state and reason, as one row. */
export type AttentionRow = Readonly<{
  state: ReconciliationState;
  /** Null for those that are settled. */
  reason: FailureReason | null;
  connections: CappedCount;
  /**
   * How many people these are: by the id that the metadata name, or else by account, or else one a
   * connection. Null for what is settled, and where there are more connections than are counted.
   */
  people: number | null;
  /** When the one changed that has been so for longest. */
  oldest_at: string;
  /** Runs that failed for this reason in each hour of the last day, the present hour last; empty for what is settled. */
  failed_runs_by_hour: readonly number[];
}>;

export type Attention = Readonly<{
  rows: readonly AttentionRow[];
  /** Locks that stopped; of what is settled, what is linked and how that stands (and `rows` says nothing of it). */
  standings: readonly StandingRow[];
  /** When the latest failure was settled; told where nothing is open, null where none ever was. */
  last_settled_at: string | null;
}>;

const HOURS = 24;
/** An hour with more is drawn as one with so many. */
const MOST_RUNS_AN_HOUR = 1_000;
const READ_MS = 3_000;
/** In the order of their indexes, so that no more is read than is counted: Postgres takes them for few, and sorts all. */
const IN_ORDER = 'set local enable_bitmapscan = off; set local enable_sort = off';

type Counted = {
  state: ReconciliationState;
  reason: FailureReason | null;
  number: number;
  people: number | null;
  oldest_at: Date;
};

/** What sleeps is out of sight, but where it was put aside for good. */
const IS_IN_SIGHT = `(r.state = 'dismissed' or r.subject <> all($4::text[]))`;

/** Counts the cases of each in turn by its index, up to a most. */
const COUNT_BY_REASON = `
  select s.state, c.reason, o.number, o.oldest_at, case when o.number < $3 then o.people end as people
    from unnest($1::text[]) as s(state) cross join unnest($2::text[]) as c(reason)
   cross join lateral (
     select count(*)::int as number, min(updated_at) as oldest_at, count(distinct person)::int as people
       from (select r.updated_at, coalesce(r.claimed_user_id, r.connected_account_id, r.subject) as person
               from reconciler.reconciliations r
              where r.reason = c.reason and r.state = s.state and ${isLeadOf('r')} and ${IS_IN_SIGHT}
              order by r.updated_at, r.subject limit $3) counted
   ) o
   where o.number > 0
   order by array_position($1::text[], s.state), o.number desc, o.oldest_at`;

const COUNT_BY_STATE = `
  select s.state, null as reason, o.number, o.oldest_at, null as people
    from unnest($1::text[]) as s(state) cross join lateral (
      select count(*)::int as number, min(updated_at) as oldest_at
        from (select r.updated_at from reconciler.reconciliations r
               where r.state = s.state and ${isLeadOf('r')} order by r.updated_at limit $2) counted
    ) o
   where o.number > 0`;

const FAILED_BY_HOUR = `
  select c.reason, h.hour::int, n.number
    from unnest($1::text[]) as c(reason) cross join generate_series(0, $2 - 1) as h(hour)
   cross join lateral (
     select count(*)::int as number
       from (select from reconciler.runs r
              where r.reason = c.reason
                and r.finished_at >= date_trunc('hour', now()) - ($2 - 1 - h.hour) * interval '1 h'
                and r.finished_at < date_trunc('hour', now()) - ($2 - 2 - h.hour) * interval '1 h'
              limit $3) counted
   ) n
   where n.number > 0`;

const readHours = async (
  client: Client,
  reasons: readonly FailureReason[],
): Promise<ReadonlyMap<string, number[]>> => {
  const byReason = new Map(reasons.map(reason => [reason, Array<number>(HOURS).fill(0)]));
  const { rows } = await client.query<{ reason: FailureReason; hour: number; number: number }>(
    FAILED_BY_HOUR,
    [reasons, HOURS, MOST_RUNS_AN_HOUR],
  );
  for (const { reason, hour, number } of rows) byReason.get(reason)?.splice(hour, 1, number);
  return byReason;
};

/**
 * How many connections need a person, by reason, up to 1,000 each: for whoever watches.
 *
 * @returns null where it would take too long @throws what Postgres throws otherwise
 */
export const countFailed = (
  pool: pg.Pool,
): Promise<Readonly<Partial<Record<FailureReason, number>>> | null> =>
  readWithStatementTimeout(pool, READ_MS, async client => {
    await client.query(IN_ORDER);
    const failed = [['failed'], FAILURE_REASONS, MOST_OF_A_ROW, await readSnoozed(client)];
    const { rows } = await client.query<Counted>(COUNT_BY_REASON, failed);
    return Object.fromEntries(rows.map(({ reason, number }) => [reason, number]));
  });

/** A look back at the last few failures of each reason, and when each was over: by a run, or by a person. */
const LAST_SETTLED = `
  select max(coalesce(over.at, dismissed.at)) as at
    from unnest($1::text[]) as c(reason)
   cross join lateral (
     select r.id, r.subject from reconciler.runs r
      where r.reason = c.reason order by r.finished_at desc limit 10
   ) failed
    left join lateral (
     select r.finished_at as at from reconciler.runs r
      where r.subject = failed.subject and r.id > failed.id and r.finished_at is not null
        and r.reason is null
      order by r.id limit 1
   ) over on true
    left join lateral (
     select r.updated_at as at from reconciler.reconciliations r
      where r.subject = failed.subject and r.state = 'dismissed'
   ) dismissed on true`;

const readLastSettled = async (client: Client): Promise<string | null> => {
  const { rows } = await client.query<{ at: Date | null }>(LAST_SETTLED, [FAILURE_REASONS]);
  return rows[0]?.at?.toISOString() ?? null;
};

const readCounts = async (
  client: Client,
  tab: AttentionTab,
  sleeping: readonly string[],
): Promise<Counted[]> => {
  const limit = MOST_OF_A_ROW + 1;
  const { rows } =
    tab === 'settled'
      ? await client.query<Counted>(COUNT_BY_STATE, [STATES[tab], limit])
      : await client.query<Counted>(COUNT_BY_REASON, [
          STATES[tab],
          FAILURE_REASONS,
          limit,
          sleeping,
        ]);
  return rows;
};

/**
 * What needs attention, a row a reason; or what people dismissed, or what is settled.
 *
 * @throws SupportError `not_allowed`, or `refused` when it would take too long
 */
export const readAttention = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  tab: AttentionTab,
): Promise<Attention> => {
  insistOn(actor, 'view');
  const read = readWithStatementTimeout(pool, READ_MS, async client => {
    await client.query(IN_ORDER);
    const sleeping = await readSnoozed(client);
    const counted = await readCounts(client, tab, sleeping);
    const reasons = [...new Set(counted.map(row => row.reason))].filter(reason => reason !== null);
    const hours = await readHours(client, reasons);
    const standings = tab === 'dismissed' ? [] : await readStandings(client, tab, sleeping);
    return {
      rows: counted.map(row => toRow(row, hours)),
      standings,
      last_settled_at: counted.length === 0 ? await readLastSettled(client) : null,
    };
  });
  return insistInTime(await read);
};

const toRow = (row: Counted, hours: ReadonlyMap<string, number[]>): AttentionRow => ({
  state: row.state,
  reason: row.reason,
  connections: toCappedCount(row.number, MOST_OF_A_ROW),
  people: row.people,
  oldest_at: row.oldest_at.toISOString(),
  failed_runs_by_hour: hours.get(row.reason ?? '') ?? [],
});
