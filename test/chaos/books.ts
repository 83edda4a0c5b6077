import type pg from 'pg';
import type { MessageData } from '../../src/model/message.ts';

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
  accounts: readonly Readonly<{ accountId: string; state: string }>[];
  /** What the app is to be told. */
  messages: readonly MessageRow[];
  /** What has no place among them yet. */
  outbox: readonly Readonly<{ messageId: string; about: string }>[];
  /** What is owed to the app, or was sent to it. */
  sendings: readonly Readonly<{ messageId: string; state: string; attempts: number }>[];
  alerts: readonly AlertRow[];
  /** Messages about alerts that a channel is owed, or was sent. */
  notices: readonly NoticeRow[];
}>;

export type AlertRow = Readonly<{ id: number; rule: string; about: string; isOver: boolean }>;

export type NoticeRow = Readonly<{
  id: number;
  channel: string;
  kind: string;
  alertIds: readonly number[];
  createdAt: Date;
  sent: boolean;
  attempts: number;
}>;

export type Standing = Readonly<{
  subject: string;
  /** The account that it is known to be of. */
  accountId: string | null;
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

export type MessageRow = Readonly<{
  position: number;
  messageId: string;
  type: string;
  about: string;
  sequence: number;
  /** As ISO 8601 has it, in ms. */
  at: string;
  workspaceId: string | null;
  userId: string | null;
  accountId: string | null;
  webviewId: string | null;
  data: MessageData;
}>;

const QUERIES = {
  deliveries: `
    select event_id as "eventId", subject, encode(sha256(body), 'hex') as digest
      from reconciler.deliveries`,
  reconciliations: `
    select subject, connected_account_id as "accountId", generation::int, observed_generation::int as "observedGeneration",
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
  accounts: `
    select connected_account_id as "accountId", state from reconciler.connected_accounts`,
  messages: `
    select position::float8, message_id as "messageId", type, about, sequence::float8,
           to_char(date_trunc('milliseconds', at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
           workspace_id as "workspaceId", user_id as "userId", connected_account_id as "accountId",
           connect_webview_id as "webviewId", data
      from reconciler.messages order by position`,
  outbox: `
    select message_id as "messageId", about from reconciler.outbox`,
  sendings: `
    select m.message_id as "messageId", s.state, s.attempts
      from reconciler.sendings s join reconciler.messages m using (position)`,
  alerts: `
    select id::int, rule, about, ended_at is not null as "isOver" from reconciler.alerts order by id`,
  notices: `
    select id::int, channel, kind, alert_ids::int[] as "alertIds", created_at as "createdAt",
           sent_at is not null as sent, attempts
      from reconciler.alert_notices order by id`,
} as const satisfies Record<keyof Books, string>;

/** How the subjects stand, alone: a cheap look while waiting. */
export const readStandings = async (pool: pg.Pool): Promise<Books['reconciliations']> =>
  (await pool.query<Standing>(QUERIES.reconciliations)).rows;

/** Whether anything is stored and still to be counted. */
export const isAnyUncounted = async (pool: pg.Pool): Promise<boolean> =>
  (await pool.query(`${QUERIES.uncounted} limit 1`)).rowCount !== 0;

/** Whether the app is still to be told anything. */
export const isAnyUntold = async (pool: pg.Pool): Promise<boolean> =>
  (
    await pool.query(
      `select 1 from reconciler.outbox
       union all select 1 from reconciler.sendings where state = 'waiting'
       union all select 1 from reconciler.endpoints where disabled_at is not null limit 1`,
    )
  ).rowCount !== 0;

/** What ends by itself once all is well: of what has jumped, an hour has to pass. */
const ENDING = ['key_refused', 'seam_throttled', 'seam_away', 'endpoint_failing', 'no_worker'];

/** Whether anybody is still to be told of an alert, or of its end. */
export const isAnyAlertUntold = async (pool: pg.Pool): Promise<boolean> =>
  (
    await pool.query(
      `select 1 from reconciler.alert_notices where sent_at is null and next_try_at is not null
       union all select 1 from reconciler.alerts where ended_at is null and rule = any($1) limit 1`,
      [ENDING],
    )
  ).rowCount !== 0;

/** As if all had been well for as long as it has to be for an alert to be over; what a dead process has is another's. */
export const letAlertsEnd = async (pool: pg.Pool): Promise<void> => {
  await pool.query(
    `update reconciler.alerts set seen_at = now() - interval '20 min' where ended_at is null`,
  );
  await pool.query(
    `update reconciler.alert_notices set next_try_at = now()
      where sent_at is null and attempts > 0 and next_try_at > now() + interval '1 s'
        and next_try_at < now() + interval '50 s'`,
  );
};

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
      accounts: await read(QUERIES.accounts),
      messages: await read(QUERIES.messages),
      outbox: await read(QUERIES.outbox),
      sendings: await read(QUERIES.sendings),
      alerts: await read(QUERIES.alerts),
      notices: await read(QUERIES.notices),
    };
    await client.query('commit');
    return books;
  } finally {
    client.release();
  }
};
