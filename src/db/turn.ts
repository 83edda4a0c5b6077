import type pg from 'pg';
import type { Logger } from '../ops/log.ts';
import { pause } from '../ops/loop.ts';
import { CannotMigrateError } from './errors.ts';
import { withoutLimits } from './migration-session.ts';

/** One lock for everyone who migrates: ten processes that start at once take turns. */
const LOCK_KEY = 'seam-reconciler migrations';

const TRY_INTERVAL_MS = 200;
/** Longer than an index of a large table takes. */
const LIMIT_MS = 5 * 60_000;
/** Who waits is told whom for, first after a moment. */
const TELL_AFTER_MS = 3_000;
const TELL_EVERY_MS = 30_000;

/** How often the turn is confirmed, and how long Postgres would keep it for a process that froze. */
const PULSE_INTERVAL_MS = 3_000;
const PULSE = `set local idle_in_transaction_session_timeout = '10s'`;

const TRY = 'select pg_try_advisory_xact_lock(hashtext($1)) as taken';

/**
 * Takes the turn: a lock of an open transaction, so that it ends with that, whatever pooler is in between. Asks again
 * and again rather than waiting in one statement, each time in a new transaction: an index is built once all
 * transactions that asked something before have ended, those that wait for their turn included.
 *
 * @param client for nothing else until the turn is over: its transaction stays open
 * @throws CannotMigrateError naming who has it, after a while; the signal's reason
 */
export const takeTurn = async (
  client: pg.Client,
  {
    limitMs = LIMIT_MS,
    log,
    signal,
  }: Readonly<{
    limitMs?: number | undefined;
    log?: Logger | undefined;
    signal?: AbortSignal | undefined;
  }>,
): Promise<void> => {
  const startedAt = performance.now();
  let toldAt = startedAt + TELL_AFTER_MS - TELL_EVERY_MS;
  for (;;) {
    signal?.throwIfAborted();
    if (await tryTurn(client)) return;
    const now = performance.now();
    if (now - startedAt >= limitMs) {
      const holder = await readHolder(client);
      if (holder !== null) throw refusal(holder, limitMs);
    }
    if (now - toldAt >= TELL_EVERY_MS) {
      log?.warn(
        { holder: await readHolder(client) },
        'another "migrate" is under way: waiting for it',
      );
      toldAt = now;
    }
    await pause(TRY_INTERVAL_MS, signal);
  }
};

const tryTurn = async (client: pg.Client): Promise<boolean> => {
  // Read committed, whatever is the default: a stricter one keeps the snapshot of what was asked, and others wait for that.
  await client.query('begin isolation level read committed');
  const { rows } = await client.query<{ taken: boolean }>(TRY, [LOCK_KEY]);
  if (rows[0]?.taken === true) {
    await client.query(`${PULSE}; ${withoutLimits(['transaction_timeout'], true)}`);
    return true;
  }
  await client.query('rollback');
  return false;
};

/** Who has the turn, as far as our role may see that. */
type Holder = Readonly<{
  pid: number;
  application: string | null;
  user: string | null;
  since: Date | null;
}>;

const HOLDER = `
  with turn as (select hashtext($1)::bigint as key)
  select l.pid, nullif(a.application_name, '') as application, a.usename as "user",
         coalesce(a.xact_start, a.backend_start) as since
    from turn join pg_locks l on l.locktype = 'advisory' and l.granted and l.objsubid = 1
     and l.classid::bigint = (key >> 32) & 4294967295 and l.objid::bigint = key & 4294967295
     and l.database = (select oid from pg_database where datname = current_database())
    left join pg_stat_activity a on a.pid = l.pid`;

const readHolder = async (client: pg.Client): Promise<Holder | null> => {
  const { rows } = await client.query<Holder>(HOLDER, [LOCK_KEY]);
  return rows[0] ?? null;
};

const refusal = ({ pid, application, user, since }: Holder, waitedMs: number): Error => {
  const who = [
    `process ${pid}`,
    ...(application === null ? [] : [`"${application}"`]),
    ...(user === null ? [] : [`user ${user}`]),
    ...(since === null ? [] : [`since ${since.toISOString()}`]),
  ].join(', ');
  return new CannotMigrateError({
    detail: `another migration is under way and did not end within ${Math.round(waitedMs / 1_000)} s (${who})`,
    remedy: `Wait for it. If no "migrate" is running, end that connection: select pg_terminate_backend(${pid}).`,
  });
};

/**
 * Confirms the turn every few seconds until it is disposed of, which ends it. Where Postgres no longer answers, or has
 * ended the transaction, the turn is lost, and so whatever the migration waits for is in vain.
 *
 * @param client the one that has taken the turn
 * @param onLost is called at most once, with why
 */
export const keepTurn = (client: pg.Client, onLost: (why: Error) => void): AsyncDisposable => {
  const ending = new AbortController();
  const confirm = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      // No statement that takes a snapshot: an index that is being built would wait for its transaction.
      await client.query(PULSE);
      await pause(PULSE_INTERVAL_MS, ending.signal);
    }
  };
  const confirming = confirm()
    .then(async () => void (await client.query('commit')))
    .catch(onLost);
  return {
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await confirming;
    },
  };
};
