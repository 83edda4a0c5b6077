import type pg from 'pg';
import { type Client, inTransactionWithRetries } from '../db/client.ts';
import type { AlertRule } from '../model/alert.ts';
import { readSilences, type Told } from './notices.ts';
import { nextTryInMs } from './retry.ts';
import { isSilenced } from './silences.ts';
import { type AlertMessage, type Links, toTold } from './words.ts';

/* What is due of the outbox: taken by one process, sent, and noted. */

/** Longer than a try takes: what a process has taken that died goes to another one then. */
const TAKEN_SECONDS = 60;
/** Nobody has this channel any more, or none of those who have it has been here. */
const ABANDONED_HOURS = 30;

/** A message that this process is to send, and no other for a while. */
export type Taken = Readonly<{
  noticeId: number;
  /** Tries, this one included. */
  attempts: number;
  message: AlertMessage;
}>;

type NoticeRow = Readonly<{
  id: number;
  channel: string;
  kind: 'began' | 'over';
  alertIds: number[];
  createdAt: Date;
  attempts: number;
  now: Date;
}>;

/** The first that is due, of those that wait for no earlier message to the same channel about the same alert. */
const NEXT = `
  select n.id::float8 as id, n.channel, n.kind, n.alert_ids::float8[] as "alertIds", n.created_at as "createdAt",
         n.attempts, now()
    from reconciler.alert_notices n
   where n.sent_at is null and n.next_try_at <= now() and n.channel = $1
     and not exists (
       select from reconciler.alert_notices e
        where e.channel = n.channel and e.id < n.id and e.sent_at is null and e.next_try_at is not null
          and e.alert_ids && n.alert_ids)
   order by n.id limit 1 for update of n skip locked`;

type AlertRow = Readonly<{
  id: number;
  rule: AlertRule;
  about: string;
  sentence: string;
  beganAt: Date;
  endedAt: Date | null;
}>;

const readAlerts = async (client: Client, ids: readonly number[]): Promise<AlertRow[]> => {
  const { rows } = await client.query<AlertRow>(
    `select id::float8 as id, rule, about, sentence, began_at as "beganAt", ended_at as "endedAt"
       from reconciler.alerts where id = any($1) order by id`,
    [ids],
  );
  return rows;
};

/** Of when it was made, too: numbers alone are those of every installation. */
const messageIdOf = ({ id, createdAt }: Pick<NoticeRow, 'id' | 'createdAt'>): string =>
  `alert-${createdAt.getTime().toString(36)}-${id}`;

/**
 * A beginning that by now tells of an end, too, is another message: whoever has taken an earlier try, which we don't know of,
 * would take it for the same, and never hear that it is over.
 */
const idOnceOver = (id: string, ended: readonly number[]): string =>
  ended.length === 0 ? id : `${id}-${ended.length}`;

const readReferences = async (client: Client, notice: NoticeRow): Promise<string[]> => {
  const { rows } = await client.query<{ id: number; createdAt: Date }>(
    `select id::float8 as id, created_at as "createdAt" from reconciler.alert_notices
      where channel = $1 and id < $2 and alert_ids && $3::bigint[] and sent_at is not null
      order by id desc limit 5`,
    [notice.channel, notice.id, notice.alertIds],
  );
  return rows.map(messageIdOf);
};

/** What a message of its beginning says is over, no other one says. */
const dropOver = async (client: Client, channel: string, ids: readonly number[]): Promise<void> => {
  if (ids.length === 0) return;
  await client.query(
    `with less as (
       update reconciler.alert_notices n
          set alert_ids = array(select id from unnest(n.alert_ids) as a(id) where id <> all($2::bigint[]))
        where channel = $1 and kind = 'over' and sent_at is null and alert_ids && $2::bigint[]
       returning id)
     select from less`,
    [channel, ids],
  );
  await client.query(
    `delete from reconciler.alert_notices
      where channel = $1 and kind = 'over' and sent_at is null and alert_ids = '{}'`,
    [channel],
  );
};

/** Those that are to be told of now: while nobody wants to hear of it, nothing; once that ends, it is owed anew. */
const toBeTold = async (
  client: Client,
  notice: NoticeRow,
  keepsOpen: boolean,
): Promise<readonly AlertRow[]> => {
  const alerts = await readAlerts(client, notice.alertIds);
  if (notice.kind === 'over' && keepsOpen) return alerts;
  const silences = await readSilences(client);
  return alerts.filter(alert => !isSilenced(alert, silences, notice.now));
};

/**
 * Takes the next message that is due: from then on it counts as tried, and nobody else takes it for a minute.
 *
 * @returns null: nothing is due; `dropped`: nobody is to hear of it at present
 */
export const takeDue = (
  pool: pg.Pool,
  { name, keepsOpen }: Told,
  links: Links,
): Promise<Taken | 'dropped' | null> =>
  inTransactionWithRetries(pool, async client => {
    const { rows } = await client.query<NoticeRow>(NEXT, [name]);
    const [notice] = rows;
    if (notice === undefined) return null;
    const alerts = await toBeTold(client, notice, keepsOpen);
    if (alerts.length === 0) {
      await client.query('delete from reconciler.alert_notices where id = $1', [notice.id]);
      return 'dropped';
    }
    const ended = alerts.filter(({ endedAt }) => endedAt !== null).map(({ id }) => id);
    if (notice.kind === 'began') {
      await dropOver(client, notice.channel, ended);
    }
    const ids = alerts.map(({ id }) => id);
    await client.query(
      `update reconciler.alert_notices
          set attempts = attempts + 1, alert_ids = $2, next_try_at = now() + $3 * interval '1 s'
        where id = $1`,
      [notice.id, ids, TAKEN_SECONDS],
    );
    return {
      noticeId: notice.id,
      attempts: notice.attempts + 1,
      message: {
        id: notice.kind === 'began' ? idOnceOver(messageIdOf(notice), ended) : messageIdOf(notice),
        kind: notice.kind,
        at: notice.createdAt,
        alerts: alerts.map(alert => toTold(alert, links)),
        references: await readReferences(client, notice),
      },
    };
  });

/** A try takes less. */
const LEAST_LEFT_SECONDS = 30;

/**
 * Whether a message is still this process's to send: one that stood still after it took it (frozen, asleep) finds that
 * somebody else has it, or soon will.
 */
export const isStillOurs = async (
  pool: Pick<pg.Pool, 'query'>,
  { noticeId, attempts }: Taken,
): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `select from reconciler.alert_notices
      where id = $1 and sent_at is null and attempts = $2 and next_try_at > now() + $3 * interval '1 s'`,
    [noticeId, attempts, LEAST_LEFT_SECONDS],
  );
  return rowCount === 1;
};

/** Notes that a message was taken. What another process has taken since stays as it is. */
export const noteSent = async (
  pool: Pick<pg.Pool, 'query'>,
  { noticeId, attempts }: Taken,
): Promise<void> => {
  await pool.query(
    `update reconciler.alert_notices set sent_at = now(), next_try_at = null, fault = null
      where id = $1 and sent_at is null and attempts = $2`,
    [noticeId, attempts],
  );
};

/**
 * Notes that a message didn't get there.
 *
 * @returns in how many ms it is tried again; null: never
 */
export const noteFailed = async (
  pool: Pick<pg.Pool, 'query'>,
  { noticeId, attempts }: Taken,
  fault: string,
  random: number,
): Promise<number | null> => {
  const inMs = nextTryInMs(attempts, random);
  await pool.query(
    `update reconciler.alert_notices
        set fault = $3, next_try_at = now() + $4::float8 * interval '1 ms'
      where id = $1 and sent_at is null and attempts = $2`,
    [noticeId, attempts, fault, inMs],
  );
  return inMs;
};

/** Gives up what nobody who has its channel has sent for longer than it would be tried. @returns how many */
export const giveUpAbandoned = async (pool: Pick<pg.Pool, 'query'>): Promise<number> => {
  const { rowCount } = await pool.query(
    `update reconciler.alert_notices n
        set next_try_at = null, fault = coalesce(fault, 'No process that runs has this channel in its settings.')
       from (select id from reconciler.alert_notices
              where sent_at is null and next_try_at is not null and created_at < now() - $1 * interval '1 hour'
                for update skip locked) old
      where n.id = old.id`,
    [ABANDONED_HOURS],
  );
  return rowCount ?? 0;
};
