import type pg from 'pg';
import { withRetries } from '../db/client.ts';
import type { DisabledBecause } from '../model/message.ts';
import type { Message } from '../outbox/body.ts';
import type { Answer } from './answer.ts';
import type { Plan } from './plan.ts';

/** A try that has ended. */
type Tried = Readonly<{
  position: number;
  /** What of the message names people, as it was sent. */
  sent: Pick<Message, 'userId' | 'data'>;
  /** Tries that had failed before it. */
  before: number;
  /** When it began, by `performance.now()`. */
  beganAt: number;
  answer: Answer;
  sending: Plan['sending'];
}>;

/** How the endpoint stands after the last try. */
export type Standing = Readonly<{
  failures: number;
  /** Since when nothing has come through, by `performance.now()`; null: it does. */
  failingSince: number | null;
  fault: string | null;
  hasDelivered: boolean;
  restMs: number | null;
  disable: DisabledBecause | null;
  /** What waits for its next try is to go before its time: noted with it, so that whoever comes next does it where this one dies. */
  hasRecovered: boolean;
}>;

/**
 * Notes what came of tries, in one statement. What the app has taken is delivered, whoever sent it, unless that is known
 * already. Of what failed, and of the endpoint, only whoever still has the lease may say anything: one that was frozen
 * meanwhile undoes nothing that the next has noted. Its try is noted all the same.
 *
 * What the app answered is kept only while the message is as it was sent: somebody whom an erasure has taken out of it
 * meanwhile may be named by the answer. The lock makes this wait for that erasure, or that one see what is noted here.
 *
 * Locks the endpoint first and then the sendings in their order, as does whoever removes or changes them.
 */
const RECORD = `
  with e as (
    select id, disabled_at is null as is_enabled, coalesce(holder = $2, false) as is_held
      from reconciler.endpoints where id = $1
       for no key update
  ), tried as (
    select * from unnest($3::bigint[], $4::text[], $5::int[], $6::int[], $7::float8[], $8::float8[], $9::int[],
                         $10::int[], $11::text[], $12::text[], $20::text[], $21::jsonb[])
        as t (position, state, before, attempts, due_ms, ago_ms, duration_ms, status, fault, answer, user_id, data)
  ), owed as (
    select s.position
      from e cross join (select position from tried order by position) t
     cross join lateral (
       select position from reconciler.sendings
        where endpoint_id = e.id and position = t.position limit 1 for no key update) s
  ), changed as (
    update reconciler.sendings s
       set state = t.state, attempts = t.attempts, due_at = now() + t.due_ms * interval '1 ms',
           finished_at = case when t.state <> 'waiting' then now() end
      from e, owed, tried t
     where s.endpoint_id = e.id and s.position = owed.position and t.position = owed.position
       and s.state = 'waiting' and (t.state = 'delivered' or (e.is_held and s.attempts = t.before))
  ), as_sent as (
    select m.position from owed join tried t using (position) join reconciler.messages m using (position)
     where m.user_id is not distinct from t.user_id and m.data = t.data
       for share of m
  ), noted as (
    insert into reconciler.send_attempts (endpoint_id, position, at, duration_ms, status, fault, answer)
    select e.id, t.position, clock_timestamp() - t.ago_ms * interval '1 ms', t.duration_ms, t.status, t.fault,
           case when as_sent.position is not null then t.answer end
      from e, tried t join owed using (position) left join as_sent using (position) order by t.ago_ms desc
  ), stands as (
    update reconciler.endpoints
       set failures = $13, fault = $14,
           failing_since = now() - $15::float8 * interval '1 ms',
           last_delivered_at = case when $16 then now() else last_delivered_at end,
           rest_until = case when $17::float8 is null then rest_until
                             else greatest(rest_until, now() + $17::float8 * interval '1 ms') end,
           disabled_at = case when $18::text is null then disabled_at else coalesce(disabled_at, now()) end,
           disabled_because = case when $18::text is null then disabled_because
                                   else coalesce(disabled_because, $18::text) end,
           is_recovering = is_recovering or $19
      from e where endpoints.id = e.id and e.is_held
  )
  select is_enabled and $18::text is null as is_enabled, is_held from e`;

/** Whether this process may go on. */
export type Recorded = Readonly<{ isHeld: boolean; isEnabled: boolean }>;

const record = async (
  pool: Pick<pg.Pool, 'query'>,
  endpointId: number,
  holder: string,
  tries: readonly Tried[],
  standing: Standing,
): Promise<Recorded> => {
  const now = performance.now();
  const { rows } = await pool.query<{ is_enabled: boolean; is_held: boolean }>({
    name: 'record-tries',
    text: RECORD,
    values: [
      endpointId,
      holder,
      tries.map(({ position }) => position),
      tries.map(({ sending }) => sending.state),
      tries.map(({ before }) => before),
      tries.map(({ sending }) => sending.attempts),
      tries.map(({ sending }) => sending.dueInMs),
      tries.map(({ beganAt }) => now - beganAt),
      tries.map(({ answer }) => answer.durationMs),
      tries.map(({ answer }) => answer.status),
      tries.map(({ answer }) => answer.fault),
      tries.map(({ answer }) => answer.answer),
      standing.failures,
      standing.fault,
      standing.failingSince === null ? null : now - standing.failingSince,
      standing.hasDelivered,
      standing.restMs,
      standing.disable,
      standing.hasRecovered,
      tries.map(({ sent }) => sent.userId),
      tries.map(({ sent }) => JSON.stringify(sent.data)),
    ],
  });
  const row = rows[0];
  // Without one it was removed.
  return { isHeld: row?.is_held ?? false, isEnabled: row?.is_enabled ?? false };
};

/** Notes tries in the order in which they end: what ends while others are noted goes into one statement. */
export type Recorder = Readonly<{
  /** @throws whatever Postgres throws */
  add: (tried: Tried, standing: Omit<Standing, 'hasDelivered'>) => Promise<Recorded>;
}>;

type Pending = Readonly<{ tried: Tried; standing: Omit<Standing, 'hasDelivered'> }>;

export const createRecorder = (
  pool: Pick<pg.Pool, 'query'>,
  endpointId: number,
  holder: string,
): Recorder => {
  let pending: Pending[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<Recorded> | null = null;

  const recordAll = async (): Promise<Recorded> => {
    // What failed before is told to whoever waits for it.
    await last.catch(() => undefined);
    const batch = pending;
    pending = [];
    last = next ?? last;
    next = null;
    const tries = batch.map(({ tried }) => tried);
    const standing = standingAfter(batch);
    return withRetries(() => record(pool, endpointId, holder, tries, standing));
  };

  return {
    add: (tried, standing) => {
      pending.push({ tried, standing });
      next ??= recordAll();
      return next;
    },
  };
};

/** Of several: as it stands after the last, with all that they asked for. */
const standingAfter = (batch: readonly Pending[]): Standing => {
  const standings = batch.map(({ standing }) => standing);
  const rests = standings.flatMap(({ restMs }) => (restMs === null ? [] : [restMs]));
  const last = standings.at(-1);
  return {
    failures: last?.failures ?? 0,
    failingSince: last?.failingSince ?? null,
    fault: last?.fault ?? null,
    hasDelivered: batch.some(({ tried }) => tried.sending.state === 'delivered'),
    restMs: rests.length === 0 ? null : Math.max(...rests),
    disable: standings.find(({ disable }) => disable !== null)?.disable ?? null,
    hasRecovered: standings.some(({ hasRecovered }) => hasRecovered),
  };
};
