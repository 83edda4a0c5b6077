import type pg from 'pg';
import type { EndpointKind } from '../model/message.ts';

/** What a process leaves that died is over by then; renewed while it goes on. */
const LEASE_SECONDS = 30;
/** Where another process is at it, it is soon done as a rule. */
const ASK_AGAIN_MS = 1_000;

/** An endpoint that this process sends to, and no other. */
export type Leased = Readonly<{
  id: number;
  name: string;
  kind: EndpointKind;
  target: string;
  perSecond: number;
  /** In a row, without a success. */
  failures: number;
  /** How long nothing has come through; null: it does. */
  failingForMs: number | null;
  /** How long ago it took one; null: it never has. */
  tookAgoMs: number | null;
  /** It takes messages again, and not all that waits for its next try has been tried since. */
  isRecovering: boolean;
  /** Those that are valid now, as they are stored: the present one first. */
  sealed: readonly string[];
}>;

type Row = Readonly<{
  name: string;
  kind: EndpointKind;
  target: string;
  per_second: number;
  failures: number;
  failing_ms: number | null;
  took_ms: number | null;
  is_recovering: boolean;
  sealed: string[];
  rest_ms: number | null;
  lease_ms: number | null;
  is_taken: boolean;
}>;

/** One statement, so that of two at once one has it. By the clock of the database, whatever that of a process shows. */
const TAKE = `
  with e as (
    select *, coalesce(rest_until > now(), false) as is_resting,
           coalesce(leased_until > now(), false) as is_leased
      from reconciler.endpoints where id = $1 and disabled_at is null and (kind = 'hook') = $4
       for no key update
  ), taken as (
    update reconciler.endpoints
       set holder = $2, leased_until = now() + $3 * interval '1 s'
      from e where endpoints.id = e.id and not e.is_resting and not e.is_leased
    returning endpoints.id
  )
  select name, kind, target, per_second, failures, is_recovering,
         (extract(epoch from now() - failing_since) * 1000)::float8 as failing_ms,
         (extract(epoch from now() - last_delivered_at) * 1000)::float8 as took_ms,
         array(select s.sealed from reconciler.endpoint_secrets s
                where s.endpoint_id = e.id and (s.until is null or s.until > now())
                order by s.until is null desc, s.id desc) as sealed,
         case when is_resting then (extract(epoch from rest_until - now()) * 1000)::float8 end as rest_ms,
         case when is_leased then (extract(epoch from leased_until - now()) * 1000)::float8 end as lease_ms,
         exists (select from taken) as is_taken
    from e`;

/**
 * Takes an endpoint, where something may be sent to it now and nobody else is at it.
 *
 * @param holder unlike that of any other turn
 * @param isOfHooks whether it is taken to call the hooks of this process: only such endpoints are taken then, and never else
 *   (a trigger keeps processes of versions that know no hooks from taking them)
 */
export const takeEndpoint = async (
  pool: Pick<pg.Pool, 'query'>,
  id: number,
  holder: string,
  isOfHooks = false,
): Promise<
  Readonly<{ endpoint: Leased; nextInMs?: never } | { endpoint: null; nextInMs: number | null }>
> => {
  const { rows } = await pool.query<Row>({
    name: 'take-endpoint',
    text: TAKE,
    values: [id, holder, LEASE_SECONDS, isOfHooks],
  });
  const row = rows[0];
  if (row === undefined) return { endpoint: null, nextInMs: null };
  if (!row.is_taken) {
    const nextInMs = row.rest_ms ?? Math.min(row.lease_ms ?? ASK_AGAIN_MS, ASK_AGAIN_MS);
    return { endpoint: null, nextInMs: Math.ceil(nextInMs) };
  }
  return {
    endpoint: {
      id,
      name: row.name,
      kind: row.kind,
      target: row.target,
      perSecond: row.per_second,
      failures: row.failures,
      failingForMs: row.failing_ms,
      tookAgoMs: row.took_ms,
      isRecovering: row.is_recovering,
      sealed: row.sealed,
    },
  };
};

/**
 * Begins the lease anew.
 *
 * @returns how many a second it is sent by now; null: another process has it, or the endpoint was disabled or removed
 */
export const renewLease = async (
  pool: Pick<pg.Pool, 'query'>,
  id: number,
  holder: string,
): Promise<number | null> => {
  const { rows } = await pool.query<{ per_second: number }>({
    name: 'renew-endpoint',
    text: `update reconciler.endpoints set leased_until = now() + $3 * interval '1 s'
            where id = $1 and holder = $2 and disabled_at is null returning per_second`,
    values: [id, holder, LEASE_SECONDS],
  });
  return rows[0]?.per_second ?? null;
};

/**
 * Gives an endpoint back. What is someone else's by now stays theirs.
 *
 * @param restingMs for so long nobody takes it: its pace asks for that
 * @returns whether it is still one that is sent to
 */
export const giveBack = async (
  pool: Pick<pg.Pool, 'query'>,
  id: number,
  holder: string,
  restingMs: number,
): Promise<boolean> => {
  const { rows } = await pool.query<{ is_enabled: boolean }>({
    name: 'give-back-endpoint',
    text: `
      update reconciler.endpoints
         set holder = null, leased_until = now() + nullif($3::float8, 0) * interval '1 ms'
       where id = $1 and holder = $2
      returning disabled_at is null as is_enabled`,
    values: [id, holder, Math.max(0, restingMs)],
  });
  return rows[0]?.is_enabled ?? false;
};

/**
 * Nothing can be sent for a reason of ours, which uses up nobody's tries: it is said, and tried again in a while.
 *
 * @param fault in words, for people
 */
export const putOff = async (
  pool: Pick<pg.Pool, 'query'>,
  id: number,
  holder: string,
  { fault, forMs }: Readonly<{ fault: string; forMs: number }>,
): Promise<void> => {
  await pool.query(
    `update reconciler.endpoints
        set fault = $3, rest_until = now() + $4 * interval '1 ms', holder = null, leased_until = null
      where id = $1 and holder = $2`,
    [id, holder, fault, forMs],
  );
};

/** For how long a lease stands after it was taken or begun anew. */
export const LEASE_MS = LEASE_SECONDS * 1_000;
