import type pg from 'pg';
import { QUIET_SECONDS, SWEEP_GRACE_SECONDS } from '../db/timing.ts';
import { parseSubject, type Subject } from '../model/subject.ts';
import type { SeamEvent } from '../seam/events.ts';
import type { SignatureHeaders } from '../seam/webhook.ts';

/** One verified webhook, or an event that Seam listed, ready to be stored. */
export type Delivery = Readonly<{
  event: SeamEvent;
  /** The very bytes that were verified; of a listed event, its JSON. */
  body: Buffer;
  /** Null: nobody sent and signed it, a backfill found it in Seam's list. */
  headers: SignatureHeaders | null;
}>;

/** A new delivery, the workspace of its subject, and how long that waits for its look. */
export type Stored = Readonly<{
  eventId: string;
  subject: Subject;
  workspaceId: string | null;
  waitMs: number;
}>;

/**
 * One statement for a whole batch: each event is stored once, the generation of each subject goes up by
 * the number of its new events, and what was waiting out a backoff or had been given up is due now, or
 * soon, where it was looked at a moment ago.
 * Rows are taken in the order of their keys, so that processes that share subjects can't deadlock.
 */
const STORE = `
  with incoming as (
    select * from unnest(
      $1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[], $7::jsonb[],
      $8::text[], $9::text[], $10::boolean[], $13::text[]
    ) as t(event_id, event_type, subject, workspace_id, occurred_at, body, signature,
           connect_webview_id, connected_account_id, usable, source)
  ), stored as (
    insert into reconciler.deliveries
           (event_id, event_type, subject, workspace_id, occurred_at, body, signature, source)
    select event_id, event_type, subject, workspace_id, occurred_at, body, signature, source
      from incoming order by event_id
        on conflict (event_id) do nothing
    returning event_id, subject
  ), news as (
    select subject, count(*) as events, bool_and(usable) as usable,
           max(workspace_id) as workspace_id,
           max(connect_webview_id) as connect_webview_id,
           max(connected_account_id) as connected_account_id
      from stored join incoming using (event_id, subject)
     group by subject
  ), raised as (
    insert into reconciler.reconciliations as r
           (subject, generation, observed_generation, state, reason, workspace_id,
            connect_webview_id, connected_account_id, sweep_at)
    select subject, events, case when usable then 0 else events end,
           case when usable then 'pending' else 'failed' end,
           case when usable then null else 'event_unusable' end,
           workspace_id, connect_webview_id, connected_account_id, now() + $11 * interval '1 s'
      from news order by subject
        on conflict (subject) do update set
           generation = r.generation + excluded.generation,
           state = 'pending', reason = null, attempts = 0, unavailable_since = null,
           workspace_id = coalesce(excluded.workspace_id, r.workspace_id),
           connect_webview_id = coalesce(excluded.connect_webview_id, r.connect_webview_id),
           connected_account_id = coalesce(excluded.connected_account_id, r.connected_account_id),
           due_at = greatest(now(), r.settled_at + $12 * interval '1 s'),
           sweep_at = excluded.sweep_at, updated_at = now()
    returning subject, workspace_id,
              ceil(extract(epoch from due_at - now()) * 1000)::float8 as wait_ms
  )
  select event_id, subject, workspace_id, wait_ms from stored join raised using (subject)`;

/**
 * Stores deliveries in one statement and so with one commit.
 *
 * @returns those that were new; an event that was stored before is left alone
 * @throws whatever Postgres throws; then nothing is stored
 */
export const storeDeliveries = async (
  pool: pg.Pool,
  deliveries: readonly Delivery[],
): Promise<Stored[]> => {
  // The same event twice in one batch is a duplicate like any other.
  const batch = [...new Map(deliveries.map(d => [d.event.eventId, d])).values()];
  const events = batch.map(delivery => delivery.event);
  const { rows } = await pool.query<{
    event_id: string;
    subject: Subject;
    workspace_id: string | null;
    wait_ms: number;
  }>({
    name: 'store-deliveries',
    text: STORE,
    values: [
      events.map(event => event.eventId),
      events.map(event => event.eventType),
      events.map(event => event.subject),
      events.map(event => event.workspaceId),
      events.map(event => event.occurredAt),
      batch.map(delivery => delivery.body),
      batch.map(delivery => delivery.headers ?? {}),
      events.map(event => event.connectWebviewId),
      events.map(event => event.connectedAccountId),
      events.map(event => parseSubject(event.subject).kind !== 'delivery'),
      SWEEP_GRACE_SECONDS,
      QUIET_SECONDS,
      batch.map(delivery => (delivery.headers === null ? 'backfill' : 'webhook')),
    ],
  });
  const fresh = new Set(rows.map(row => row.event_id));
  await keepSigned(
    pool,
    batch.filter(({ event, headers }) => headers !== null && !fresh.has(event.eventId)),
  );
  return rows.map(row => ({
    eventId: row.event_id,
    subject: row.subject,
    workspaceId: row.workspace_id,
    waitMs: Math.max(0, row.wait_ms),
  }));
};

/** Where a backfill was faster than the webhook: from now on what was signed is kept, as brought by it. */
const keepSigned = async (pool: pg.Pool, again: readonly Delivery[]): Promise<void> => {
  if (again.length === 0) return;
  await pool.query({
    name: 'keep-signed',
    text: `
      with late as (
        select t.* from unnest($1::text[], $2::bytea[], $3::jsonb[]) as t(event_id, body, signature)
          join reconciler.deliveries d using (event_id)
         where d.source = 'backfill' order by event_id for update of d
      )
      update reconciler.deliveries d
         set source = 'webhook', body = late.body, signature = late.signature
        from late where d.event_id = late.event_id`,
    values: [
      again.map(({ event }) => event.eventId),
      again.map(({ body }) => body),
      again.map(({ headers }) => headers),
    ],
  });
};

/** Of these events, those that a webhook brought. */
export const broughtByWebhook = async (
  pool: pg.Pool,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> => {
  const { rows } = await pool.query<{ event_id: string }>({
    name: 'brought-by-webhook',
    text: `select event_id from reconciler.deliveries
            where event_id = any($1) and source = 'webhook'`,
    values: [eventIds],
  });
  return new Set(rows.map(row => row.event_id));
};
