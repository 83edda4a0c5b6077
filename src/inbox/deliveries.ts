import type pg from 'pg';
import type { Subject } from '../model/subject.ts';
import type { SeamEvent } from '../seam/events.ts';
import type { SignatureHeaders } from '../seam/webhook.ts';

/** An event as it is stored: what it says, and the evidence for it. */
export type Delivery = Readonly<{
  event: SeamEvent;
  /** The very bytes that were signed; of an event that Seam listed, as it came. */
  body: Buffer;
  /** Null: nobody sent and signed it, a backfill found it in Seam's list. */
  headers: SignatureHeaders | null;
}>;

/** What became of one delivery. */
export type Storing = Readonly<{
  eventId: string;
  subject: Subject;
  /** False: an event with this id was stored before, and stays as it was. */
  isNew: boolean;
  /** Another body was signed under this id before: the first one is what counts. */
  isConflicting: boolean;
}>;

/** Between two values of one column: no id holds a control character (isUsableId), nor does JSON. */
const SEPARATOR = '\u001f';

/**
 * One statement for a whole batch: each event is stored once, together with the note that it is still to be
 * counted. It waits for nobody but somebody who stores the very same event: no row that workers, people
 * or sweeps lock is touched. Rows are taken in the order of their keys, so that processes that store the
 * same events can't deadlock.
 *
 * An event that is sent again is noted, too: it may be news (inbox/count.ts). The signed one that comes
 * after a backfill found its event brings the evidence with it. One with another body than was signed first
 * is kept beside it, once, and changes nothing. Of one whose person was erased nothing is kept again.
 */
const STORE = `
  with incoming as (
    select event_id, event_type, subject, nullif(workspace_id, '') as workspace_id,
           to_timestamp(nullif(occurred_ms, '')::float8 / 1000) as occurred_at,
           substring($6::bytea from start::int for length::int) as body, signature::jsonb as signature,
           nullif(connect_webview_id, '') as connect_webview_id,
           nullif(connected_account_id, '') as connected_account_id, source
      from unnest(
        string_to_array($1, $12), string_to_array($2, $12), string_to_array($3, $12),
        string_to_array($4, $12), string_to_array($5, $12), string_to_array($7, ','),
        string_to_array($13, ','), string_to_array($8, $12), string_to_array($9, $12),
        string_to_array($10, $12), string_to_array($11, ','))
        as t(event_id, event_type, subject, workspace_id, occurred_ms, start, length, signature,
             connect_webview_id, connected_account_id, source)
  ), stored as (
    insert into reconciler.deliveries
           (event_id, event_type, subject, workspace_id, occurred_at, body, signature, source)
    select event_id, event_type, subject, workspace_id, occurred_at, body, signature, source
      from incoming order by event_id
        on conflict (event_id) do nothing
    returning event_id
  ), repeated as materialized (
    select * from incoming where source = 'webhook' and event_id not in (select event_id from stored)
  ), again as (
    select r.*, d.source = 'backfill' and d.erased_at is null as is_first_signed,
           d.source = 'webhook' and d.body <> r.body and d.erased_at is null as is_conflicting
      from repeated r join reconciler.deliveries d using (event_id)
  ), noted as (
    insert into reconciler.uncounted
           (subject, event_id, source, workspace_id, connect_webview_id, connected_account_id,
            is_again, body, signature)
    select subject, event_id, source, workspace_id, connect_webview_id, connected_account_id,
           false, null::bytea, null::jsonb
      from incoming where event_id in (select event_id from stored)
    union all
    select subject, event_id, source, workspace_id, connect_webview_id, connected_account_id,
           true, case when is_first_signed then body end, case when is_first_signed then signature end
      from again where not is_conflicting
  ), conflicting as (
    insert into reconciler.conflicting_deliveries (event_id, body_hash, body, signature)
    select event_id, sha256(body), body, signature from again where is_conflicting order by event_id
        on conflict do nothing
  )
  -- Nothing, where all were new.
  select i.event_id, coalesce(a.is_conflicting, false) as is_conflicting
    from incoming i left join again a using (event_id)
   where i.event_id not in (select event_id from stored)`;

/**
 * Stores deliveries in one statement and so with one commit. What was new, or was sent again, is then still
 * to be counted.
 *
 * @returns what became of each event of the batch; of one that it holds with two bodies, of both
 * @throws whatever Postgres throws; then nothing is stored
 */
export const storeDeliveries = async (
  pool: pg.Pool,
  deliveries: readonly Delivery[],
): Promise<Storing[]> => {
  const { batch, later } = onceEach(deliveries);
  const { rows } = await pool.query<{ event_id: string; is_conflicting: boolean }>({
    name: 'store-deliveries',
    text: STORE,
    values: valuesOf(batch),
  });
  const repeated = new Map(rows.map(row => [row.event_id, row.is_conflicting]));
  const stored = batch.map(({ event: { eventId, subject } }) => ({
    eventId,
    subject,
    isNew: !repeated.has(eventId),
    isConflicting: repeated.get(eventId) ?? false,
  }));
  return later.length === 0 ? stored : [...stored, ...(await storeDeliveries(pool, later))];
};

/** The same event twice in one batch is a duplicate like any other; with another body, it comes after the first. */
const onceEach = (deliveries: readonly Delivery[]): { batch: Delivery[]; later: Delivery[] } => {
  const firsts = new Map<string, Delivery>();
  const later: Delivery[] = [];
  for (const delivery of deliveries) {
    const first = firsts.get(delivery.event.eventId);
    if (first === undefined) firsts.set(delivery.event.eventId, delivery);
    else if (!first.body.equals(delivery.body)) later.push(delivery);
  }
  return { batch: [...firsts.values()], later };
};

/** One text or one run of bytes a column: what costs least to write here, and to read there. */
const valuesOf = (batch: readonly Delivery[]): (string | Buffer)[] => {
  const column = (of: (delivery: Delivery) => string | null): string =>
    batch.map(delivery => of(delivery) ?? '').join(SEPARATOR);
  let end = 1;
  const starts: number[] = [];
  for (const { body } of batch) {
    starts.push(end);
    end += body.length;
  }
  return [
    column(({ event }) => event.eventId),
    column(({ event }) => event.eventType),
    column(({ event }) => event.subject),
    column(({ event }) => event.workspaceId),
    column(({ event }) => event.occurredAt?.getTime().toString() ?? null),
    Buffer.concat(batch.map(({ body }) => body)),
    starts.join(),
    column(({ headers }) => JSON.stringify(headers ?? {})),
    column(({ event }) => event.connectWebviewId),
    column(({ event }) => event.connectedAccountId),
    batch.map(({ headers }) => (headers === null ? 'backfill' : 'webhook')).join(),
    SEPARATOR,
    batch.map(({ body }) => body.length).join(),
  ];
};

/** Of these events, those that a webhook brought. */
export const broughtByWebhook = async (
  pool: pg.Pool,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> => {
  const { rows } = await pool.query<{ event_id: string }>({
    name: 'brought-by-webhook',
    text: `select event_id from reconciler.deliveries
            where event_id = any($1) and source = 'webhook'
           union
           select event_id from reconciler.uncounted
            where is_again and body is not null and event_id = any($1)`,
    values: [eventIds],
  });
  return new Set(rows.map(row => row.event_id));
};
