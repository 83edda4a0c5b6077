import type { Client } from '../db/client.ts';
import type { AlertNoticeKind, AlertRule } from '../model/alert.ts';
import { isOwedMessage, isSilenced, type Silence } from './silences.ts';

/* The outbox: which channel is owed a message about which alerts. Written together with what begins or is over. */

/** Those that were ended longer ago owe nobody anything: a silence lasts 30 days at most. */
const SILENCE_DAYS = 31;
/** More than anybody sets; a bound all the same. */
const MOST_SILENCES = 1_000;

/** The silences that go on, or ended lately. */
export const readSilences = async (client: Pick<Client, 'query'>): Promise<Silence[]> => {
  const { rows } = await client.query<Silence>(
    `select rule, about, at, until, ended_at as "endedAt" from reconciler.alert_silences
      where until > now() - $1 * interval '1 day' order by until desc limit $2`,
    [SILENCE_DAYS, MOST_SILENCES],
  );
  return rows;
};

/** To whom messages go. */
export type Told = Readonly<{ name: string; keepsOpen: boolean }>;

type Open = Readonly<{ id: number; rule: AlertRule; about: string }>;
type LastTold = Readonly<{ channel: string; alert: number; at: Date }>;

/** When each channel was last told that an alert began, sent or not. No message is older than its alert. */
const readLastTold = async (
  client: Client,
  alerts: readonly Open[],
): Promise<readonly LastTold[]> => {
  const { rows } = await client.query<LastTold>(
    `select n.channel, a.id::float8 as alert, max(n.created_at) as at
       from reconciler.alert_notices n cross join lateral unnest(n.alert_ids) as a(id)
      where n.kind = 'began' and a.id = any($1)
        and n.created_at >= (select min(began_at) from reconciler.alerts where id = any($1))
      group by 1, 2`,
    [alerts.map(({ id }) => id)],
  );
  return rows;
};

/** Where each alert is an event of its own, that many are a message: all of them are told within a try. */
const MOST_KEPT_OPEN = 20;
/** More than can be open; a bound all the same. */
const MOST_OTHERWISE = 1_000;

/** Into the message that waits for others to join it; else a new one. */
const ADD = `
  with waiting as (
    select id from reconciler.alert_notices
     where channel = $1 and kind = $2 and sent_at is null and attempts = 0 and next_try_at > now()
       and cardinality(alert_ids) + cardinality($3::bigint[]) <= $5
     order by id desc limit 1 for update skip locked
  ), joined as (
    update reconciler.alert_notices n set alert_ids = n.alert_ids || $3::bigint[]
      from waiting where n.id = waiting.id returning n.id
  )
  insert into reconciler.alert_notices (channel, kind, alert_ids, next_try_at)
  select $1, $2, $3::bigint[], now() + $4 * interval '1 ms' where not exists (select from joined)`;

const add = async (
  client: Client,
  { name, keepsOpen }: Told,
  kind: AlertNoticeKind,
  alerts: readonly Open[],
  gatherMs: number,
): Promise<void> => {
  const most = keepsOpen ? MOST_KEPT_OPEN : MOST_OTHERWISE;
  for (let from = 0; from < alerts.length; from += most) {
    const ids = alerts.slice(from, from + most).map(({ id }) => id);
    await client.query(ADD, [name, kind, ids, gatherMs, most]);
  }
};

/**
 * Owes each channel what it is to be told. Within the transaction that opens and closes alerts.
 *
 * @param ended those that are over by now
 * @param gatherMs so long a message waits for what begins, or is over, with it
 */
export const owe = async (
  client: Client,
  {
    open,
    ended,
    channels,
    now,
    gatherMs,
  }: Readonly<{
    open: readonly Open[];
    ended: readonly Open[];
    channels: readonly Told[];
    now: Date;
    gatherMs: number;
  }>,
): Promise<void> => {
  const all = [...open, ...ended];
  if (channels.length === 0 || all.length === 0) return;
  const silences = await readSilences(client);
  const last = new Map(
    (await readLastTold(client, all)).map(({ channel, alert, at }) => [`${alert} ${channel}`, at]),
  );
  for (const channel of channels) {
    const lastTold = ({ id }: Open): Date | null => last.get(`${id} ${channel.name}`) ?? null;
    const began = open.filter(alert => isOwedMessage(alert, lastTold(alert), silences, now));
    // What nobody was told of needs no end; and while nobody wants to hear of it, only what is kept open is closed.
    const over = ended.filter(
      alert => lastTold(alert) !== null && (channel.keepsOpen || !isSilenced(alert, silences, now)),
    );
    await add(client, channel, 'began', began, gatherMs);
    await add(client, channel, 'over', over, gatherMs);
  }
};
