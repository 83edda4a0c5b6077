import type pg from 'pg';
import { isBelieved } from '../books/owner.ts';
import type { Subject } from '../model/subject.ts';
import { isTracing } from '../ops/tracing.ts';
import type { SignatureHeaders } from '../seam/webhook.ts';
import type { Vouched } from './vouched.ts';

/** An event as it is stored: what it says, whose word that is, and the evidence for it. */
export type Delivery = Vouched &
  Readonly<{
    /** The very bytes that were signed; of an event that Seam listed, as it came. */
    body: Buffer;
    /** Null: nobody sent and signed it, a backfill found it in Seam's list. */
    headers: SignatureHeaders | null;
    /** Of the trace that it is part of; none, where there is none. */
    traceparent?: string | null;
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

/** SQL: whether an incoming event `i` isn't what was stored under its id before (`d`), but another's word. */
const OF_ANOTHER = 'coalesce(i.vouched_by <> d.workspace_id, false)';

/**
 * SQL: the id under which a workspace's event is stored beside another's that came first. No event can name it: an
 * id holds no control character (isUsableId).
 */
export const idBeside = (workspace: string, eventId: string): string =>
  `${eventId} || e'\\u001e' || ${workspace}`;

/**
 * One statement for a whole batch: each event is stored once, together with the note that it is still to be
 * counted. It waits for nobody but somebody who stores the very same event: no row that workers, people
 * or sweeps lock is touched. Rows are taken in the order of their keys, so that processes that store the
 * same events can't deadlock.
 *
 * An event that is sent again is noted, too: it may be news (inbox/count.ts). The signed one that comes
 * after a backfill found its event brings the evidence with it. One with another body than was signed first
 * is kept beside it, once, and changes nothing. Of one whose person was erased nothing is kept again.
 *
 * An id belongs to whoever vouches for the event: where another workspace has used it before, this one is stored
 * beside that, under an id that no event can have. So nobody keeps another's event out by being there first. What is
 * set aside as it comes is stored, and not to be counted.
 */
const store = (traceparent: '' | ', traceparent'): string => `
  with incoming as (
    select event_id, event_type, subject, nullif(workspace_id, '') as workspace_id,
           to_timestamp(nullif(occurred_ms, '')::float8 / 1000) as occurred_at,
           substring($6::bytea from start::int for length::int) as body, signature::jsonb as signature,
           nullif(connect_webview_id, '') as connect_webview_id,
           nullif(connected_account_id, '') as connected_account_id, source,
           nullif(vouched_by, '') as vouched_by, nullif(set_aside, '') as set_aside${traceparent}
      from unnest(
        string_to_array($1, $12), string_to_array($2, $12), string_to_array($3, $12),
        string_to_array($4, $12), string_to_array($5, $12), string_to_array($7, ','),
        string_to_array($13, ','), string_to_array($8, $12), string_to_array($9, $12),
        string_to_array($10, $12), string_to_array($11, ','), string_to_array($14, $12),
        string_to_array($15, $12)${traceparent === '' ? '' : ", string_to_array($16, $12, '')"})
        as t(event_id, event_type, subject, workspace_id, occurred_ms, start, length, signature,
             connect_webview_id, connected_account_id, source, vouched_by, set_aside${traceparent})
  ), stored as (
    insert into reconciler.deliveries
           (event_id, event_type, subject, workspace_id, occurred_at, body, signature, source, set_aside${traceparent})
    select event_id, event_type, subject, workspace_id, occurred_at, body, signature, source, set_aside${traceparent}
      from incoming order by event_id
        on conflict (event_id) do nothing
    returning event_id
  ), repeated as materialized (
    select i.*, d.source as first_source, d.body as first_body, d.erased_at is not null as is_erased,
           ${OF_ANOTHER} as is_of_another
      from incoming i join reconciler.deliveries d using (event_id)
     where event_id not in (select event_id from stored)
  ), apart as (
    insert into reconciler.deliveries
           (event_id, event_type, subject, workspace_id, occurred_at, body, signature, source, set_aside${traceparent})
    select ${idBeside('vouched_by', 'event_id')},
           event_type, subject, workspace_id, occurred_at, body, signature, source, set_aside${traceparent}
      from repeated where is_of_another order by event_id
        on conflict (event_id) do nothing
    returning event_id
  ), beside as (
    select r.*, apart.event_id as own_id from repeated r
      join apart on apart.event_id = ${idBeside('r.vouched_by', 'r.event_id')}
  ), again as (
    select r.*, first_source = 'backfill' and not is_erased as is_first_signed,
           first_source = 'webhook' and first_body <> body and not is_erased as is_conflicting
      from repeated r where source = 'webhook' and not is_of_another
  ), noted as (
    insert into reconciler.uncounted
           (subject, event_id, source, workspace_id, vouched_by, connect_webview_id, connected_account_id,
            is_again, body, signature)
    select subject, event_id, source, workspace_id, vouched_by, connect_webview_id, connected_account_id,
           false, null::bytea, null::jsonb
      from incoming where set_aside is null and event_id in (select event_id from stored)
    union all
    select subject, own_id, source, workspace_id, vouched_by, connect_webview_id, connected_account_id,
           false, null, null
      from beside where set_aside is null
    union all
    select subject, event_id, source, workspace_id, vouched_by, connect_webview_id, connected_account_id,
           true, case when is_first_signed then body end, case when is_first_signed then signature end
      from again where not is_conflicting and set_aside is null
  ), conflicting as (
    insert into reconciler.conflicting_deliveries (event_id, body_hash, body, signature)
    select event_id, sha256(body), body, signature from again where is_conflicting order by event_id
        on conflict do nothing
  )
  -- Nothing, where all were new.
  select i.event_id, coalesce(a.is_conflicting, false) as is_conflicting,
         -- An event of this id was being stored at the same time: it is not known yet what that says.
         r.event_id is null as is_unclear
    from incoming i
    left join repeated r using (event_id)
    left join again a using (event_id)
   where i.event_id not in (select event_id from stored)
     and i.event_id not in (select event_id from beside)`;

/** The one as it is, and the one that keeps of which trace each is: with no traces it costs nothing. */
const STORE = { name: 'store-deliveries', text: store('') };
const STORE_TRACED = { name: 'store-deliveries-traced', text: store(', traceparent') };

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
  const { rows } = await pool.query<{
    event_id: string;
    is_conflicting: boolean;
    is_unclear: boolean;
  }>(
    isTracing()
      ? { ...STORE_TRACED, values: [...valuesOf(batch), traceparentsOf(batch)] }
      : { ...STORE, values: valuesOf(batch) },
  );
  const repeated = new Map(rows.map(row => [row.event_id, row.is_conflicting]));
  const unclear = new Set(rows.filter(row => row.is_unclear).map(row => row.event_id));
  // Whoever was in the way has committed by now.
  const next = [...batch.filter(({ event }) => unclear.has(event.eventId)), ...later];
  const clear = batch.filter(({ event }) => !unclear.has(event.eventId));
  const stored = clear.map(({ event: { eventId, subject } }) => ({
    eventId,
    subject,
    isNew: !repeated.has(eventId),
    isConflicting: repeated.get(eventId) ?? false,
  }));
  return next.length === 0 ? stored : [...stored, ...(await storeDeliveries(pool, next))];
};

const isSame = (one: Delivery, other: Delivery): boolean =>
  one.body.equals(other.body) && one.vouchedBy === other.vouchedBy;

/**
 * The same event twice in one batch is a duplicate like any other; with another body, or as the word of another
 * workspace, it comes after the first.
 */
const onceEach = (deliveries: readonly Delivery[]): { batch: Delivery[]; later: Delivery[] } => {
  const firsts = new Map<string, Delivery>();
  const later: Delivery[] = [];
  for (const delivery of deliveries) {
    const first = firsts.get(delivery.event.eventId);
    if (first === undefined) firsts.set(delivery.event.eventId, delivery);
    else if (!isSame(first, delivery)) later.push(delivery);
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
    column(({ vouchedBy }) => vouchedBy),
    column(({ setAside }) => setAside),
  ];
};

const traceparentsOf = (batch: readonly Delivery[]): string =>
  batch.map(({ traceparent }) => traceparent ?? '').join(SEPARATOR);

/**
 * Of these events of a workspace, those that a webhook of its own brought.
 *
 * @param workspaceId null: the only one, whose id isn't known
 */
export const broughtByWebhook = async (
  pool: pg.Pool,
  eventIds: readonly string[],
  workspaceId: string | null,
): Promise<ReadonlySet<string>> => {
  const { rows } = await pool.query<{ event_id: string }>({
    name: 'brought-by-webhook',
    text: `select event_id from reconciler.deliveries d
            where event_id = any($1) and source = 'webhook' and ${isBelieved('d', '$2::text')}
           union
           select listed.id from unnest($1::text[]) as listed(id)
             join reconciler.deliveries d on d.event_id = ${idBeside('$2::text', 'listed.id')}
            where source = 'webhook' and d.set_aside is null
           union
           select event_id from reconciler.uncounted u
            where is_again and body is not null and event_id = any($1)
              and ($2::text is null or u.vouched_by is null or u.vouched_by = $2)`,
    values: [eventIds, workspaceId],
  });
  return new Set(rows.map(row => row.event_id));
};
