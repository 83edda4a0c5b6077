import type pg from 'pg';

/** All that the system has written down, as plain rows. Instants in ms, with fractions. */
export type Books = Readonly<{
  deliveries: readonly Readonly<{ eventId: string; subject: string; digest: string }>[];
  reconciliations: readonly Standing[];
  /** What is stored and was never counted. */
  uncounted: readonly Readonly<{ eventId: string; subject: string }>[];
  /** In the order in which they were made. */
  links: readonly LinkRow[];
  /** In the order of their ids. */
  runs: readonly RunRow[];
}>;

export type Standing = Readonly<{
  subject: string;
  generation: number;
  observedGeneration: number;
  state: string;
  reason: string | null;
  /** How long ago the next look came due; negative when it is still to come. */
  overdueSeconds: number;
}>;

export type LinkRow = Readonly<{
  id: number;
  accountId: string;
  userId: string;
  ended: boolean;
}>;

export type RunRow = Readonly<{
  id: number;
  subject: string;
  outcome: string | null;
  reason: string | null;
  startedAt: number;
  finishedAt: number | null;
}>;

const QUERIES = {
  deliveries: `
    select event_id as "eventId", subject, encode(sha256(body), 'hex') as digest
      from reconciler.deliveries`,
  reconciliations: `
    select subject, generation::int, observed_generation::int as "observedGeneration",
           state, reason,
           extract(epoch from now() - due_at)::float8 as "overdueSeconds"
      from reconciler.reconciliations`,
  uncounted: `
    select event_id as "eventId", subject from reconciler.uncounted`,
  links: `
    select id::int, connected_account_id as "accountId", user_id as "userId",
           unlinked_at is not null as ended
      from reconciler.links order by id`,
  runs: `
    select id::int, subject, outcome, reason,
           (extract(epoch from started_at) * 1000)::float8 as "startedAt",
           (extract(epoch from finished_at) * 1000)::float8 as "finishedAt"
      from reconciler.runs order by id`,
} as const satisfies Record<keyof Books, string>;

/** How the subjects stand, alone: a cheap look while waiting. */
export const readStandings = async (pool: pg.Pool): Promise<Books['reconciliations']> =>
  (await pool.query<Standing>(QUERIES.reconciliations)).rows;

/** Whether anything is stored and still to be counted. */
export const isAnyUncounted = async (pool: pg.Pool): Promise<boolean> =>
  (await pool.query(`${QUERIES.uncounted} limit 1`)).rowCount !== 0;

/** Reads everything as it stands at one instant. */
export const readBooks = async (pool: pg.Pool): Promise<Books> => {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const read = async <Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> =>
      (await client.query<Row>(sql)).rows;
    const books: Books = {
      deliveries: await read(QUERIES.deliveries),
      reconciliations: await read(QUERIES.reconciliations),
      uncounted: await read(QUERIES.uncounted),
      links: await read(QUERIES.links),
      runs: await read(QUERIES.runs),
    };
    await client.query('commit');
    return books;
  } finally {
    client.release();
  }
};
