import type pg from 'pg';
import { type Client, inTransaction } from '../db/client.ts';
import { MOST_COUNTED } from '../model/capped-count.ts';
import { isFindingKind, isRight } from './findings.ts';
import type { Finding } from './look-up.ts';
import { type Counts, fromNumbers, type Numbers, type Tally, toNumbers } from './tally.ts';

/** A comparison as it stands in the database: where it is, and what it has come to so far. */
export type Comparison = Readonly<{
  id: number;
  startedAt: Date;
  finishedAt: Date | null;
  phase: 'seam' | 'here' | 'done';
  workspaceIndex: number;
  cursor: string | null;
  /** Accounts that Seam listed so far. */
  listed: number;
  counts: Counts;
  /** What has been counted of each workspace. */
  tally: Tally;
  /** Whether the schedule began it, rather than a person. */
  isScheduled: boolean;
  /** Whether some process has it at present, or waits with it: a scheduled one only. */
  isTaken: boolean;
  /** Why it doesn't get on; and why nothing that is missing was ended. Both in sentences. */
  failure: string | null;
  withheld: string | null;
}>;

export const COLUMNS = `
  id::int, started_at as "startedAt", finished_at as "finishedAt", phase,
  workspace_index as "workspaceIndex", cursor, listed, counts,
  is_scheduled as "isScheduled", coalesce(leased_until > now(), false) as "isTaken", failure, withheld`;

/** A row as it is read. */
export type Row = Omit<Comparison, 'counts' | 'tally'> & { counts: Numbers };

export const toComparison = ({ counts, ...row }: Row): Comparison => ({
  ...row,
  ...fromNumbers(counts),
});

/** Begins one. */
export const beginComparison = async (pool: pg.Pool): Promise<Comparison> => {
  const { rows } = await pool.query<Row>(
    `insert into reconciler.audits default values returning ${COLUMNS}`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the comparison could not be started');
  return toComparison(row);
};

/** The latest one that a person began, if it was left before its end. */
export const findUnfinished = async (pool: pg.Pool): Promise<Comparison | null> => {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from reconciler.audits where not is_scheduled order by id desc limit 1`,
  );
  const [row] = rows;
  return row?.finishedAt === null ? toComparison(row) : null;
};

/** The latest comparison, and the latest that finished: people read that one. Null where there is none. */
export const readLatest = async (
  pool: pg.Pool,
): Promise<{ latest: Comparison | null; finished: Comparison | null }> => {
  const read = async (condition: string): Promise<Comparison | null> => {
    const { rows } = await pool.query<Row>(
      `select ${COLUMNS} from reconciler.audits where ${condition} order by id desc limit 1`,
    );
    const [row] = rows;
    return row === undefined ? null : toComparison(row);
  };
  return { latest: await read('true'), finished: await read('finished_at is not null') };
};

/**
 * How many accounts to expect: as many as the last finished one was told of, else as many as we know. 0: nobody knows;
 * also where the first one has more before it than are worth counting.
 */
export const expectedAccounts = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ accounts: number }>(
    `select coalesce(
       (select listed from reconciler.audits
         where finished_at is not null order by id desc limit 1),
       (select case when count(*) <= $1 then count(*) filter (where deleted_at is null) else 0 end
          from (select deleted_at from reconciler.connected_accounts limit $1 + 1) known)
     )::int as accounts`,
    [MOST_COUNTED],
  );
  return rows[0]?.accounts ?? 0;
};

/** Another process is at this comparison, and has gone on with it. */
export class ComparisonTakenError extends Error {
  override readonly name = 'ComparisonTakenError';
  constructor(id: number) {
    super(`comparison ${id} was gone on with elsewhere`);
  }
}

/** Locks it; whoever finds that it has moved gives up. */
const moveOn = async (client: Client, before: Comparison, now: Comparison): Promise<void> => {
  const { rowCount } = await client.query(
    `update reconciler.audits
        set phase = $2, workspace_index = $3, cursor = $4, listed = $5, counts = $6, withheld = $7,
            failure = null, finished_at = case when $2 = 'done' then now() end
      where id = $1 and finished_at is null
        and (phase, workspace_index, listed) = ($8, $9, $10) and cursor is not distinct from $11`,
    [
      now.id,
      now.phase,
      now.workspaceIndex,
      now.cursor,
      now.listed,
      toNumbers(now.counts, now.tally),
      now.withheld,
      before.phase,
      before.workspaceIndex,
      before.listed,
      before.cursor,
    ],
  );
  if (rowCount === 0) throw new ComparisonTakenError(now.id);
};

/** What was read of a page. */
export type Page = Readonly<{
  findings: readonly Finding[];
  isListed: boolean;
  /** In whose list; null too where that is ours. */
  workspaceId: string | null;
  /** Those that no list has, of workspaces whose lists were read to the end. */
  missed: readonly string[];
}>;

/**
 * Writes down one page: its findings, where the comparison is now, and (of accounts that Seam listed) that
 * they were met. All of it or nothing, so that a resumed one counts nothing twice.
 *
 * @param before how it stood when the page was read
 * @throws ComparisonTakenError when it no longer stands so: then nothing is written
 */
export const recordPage = (
  pool: pg.Pool,
  before: Comparison,
  comparison: Comparison,
  page: Page,
): Promise<void> =>
  inTransaction(pool, async client => {
    await moveOn(client, before, comparison);
    const found = page.findings.filter(({ kind }) => !isRight(kind));
    await client.query(
      `insert into reconciler.audit_findings
              (audit_id, workspace_id, connected_account_id, kind, linked_user_id, claimed_user_id)
       select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
           on conflict (audit_id, connected_account_id) do nothing`,
      [
        comparison.id,
        found.map(finding => finding.workspaceId ?? page.workspaceId),
        found.map(finding => finding.connectedAccountId),
        found.map(finding => finding.kind),
        found.map(finding => finding.linkedUserId),
        found.map(finding => finding.claimedUserId),
      ],
    );
    if (page.isListed) {
      // In the order of their ids, so that two of them at once can't deadlock.
      await client.query(
        `with met as (
           select connected_account_id from reconciler.connected_accounts
            where connected_account_id = any($2) order by connected_account_id for update
         )
         update reconciler.connected_accounts a
            set seen_by_audit = greatest(seen_by_audit, $1),
                -- Of what was let go, the run that sees it again says so.
                missed_by_audit = case when a.deleted_at is not null then a.missed_by_audit end
           from met where a.connected_account_id = met.connected_account_id`,
        [comparison.id, page.findings.map(finding => finding.connectedAccountId)],
      );
    }
    await client.query(
      `update reconciler.connected_accounts set missed_by_audit = $1
        where connected_account_id in (
                select connected_account_id from reconciler.connected_accounts
                 where connected_account_id = any($2) and missed_by_audit is null
                   and deleted_at is null and coalesce(seen_by_audit, 0) < $1 and read_at < $3
                 order by connected_account_id for update)`,
      [comparison.id, page.missed, comparison.startedAt],
    );
  });

/** The findings of a comparison, page by page, in the order of the account ids. */
export async function* readFindings(
  pool: pg.Pool,
  comparisonId: number,
): AsyncGenerator<Finding[]> {
  let after = '';
  for (;;) {
    const { rows } = await pool.query<Omit<Finding, 'kind'> & { kind: string }>(
      `select connected_account_id as "connectedAccountId", kind,
              linked_user_id as "linkedUserId", claimed_user_id as "claimedUserId"
         from reconciler.audit_findings
        where audit_id = $1 and connected_account_id > $2
        order by connected_account_id limit 500`,
      [comparisonId, after],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.connectedAccountId;
    // A newer version may know kinds that this one doesn't.
    yield rows.flatMap(row => (isFindingKind(row.kind) ? [{ ...row, kind: row.kind }] : []));
  }
}

/** What a comparison has counted of each workspace. */
export const readTally = async (pool: pg.Pool, comparisonId: number): Promise<Tally> => {
  const { rows } = await pool.query<Pick<Row, 'counts'>>(
    'select counts from reconciler.audits where id = $1',
    [comparisonId],
  );
  return fromNumbers(rows[0]?.counts ?? {}).tally;
};

/** A person has let go what was withheld. */
export const release = async (client: Client, comparisonId: number): Promise<void> => {
  await client.query(
    `update reconciler.audits
        set withheld = null,
            counts = (select coalesce(jsonb_object_agg(name, number), '{}') from jsonb_each(counts) as each(name, number)
                       where not starts_with(name, 'withheld:'))
      where id = $1`,
    [comparisonId],
  );
};
