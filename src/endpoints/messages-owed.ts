import type pg from 'pg';
import type { Message } from '../outbox/body.ts';
import { CHANGED_SECONDS_AGO } from './since-change.ts';

/** Each by its key, whatever Postgres takes their numbers for: they change faster than it counts. */
const messagesOwed = (changedSecondsAgo: string): string => `
  select m.position::float8 as position, m.message_id as "messageId", m.type, m.about,
         m.sequence::float8 as sequence, m.at, m.workspace_id as "workspaceId", m.user_id as "userId",
         m.connected_account_id as "connectedAccountId", m.connect_webview_id as "connectWebviewId", m.traceparent, m.data,
         ${changedSecondsAgo} as "changedSecondsAgo",
         case when e.kind = 'queue' then (
           select count(*) from reconciler.send_attempts a
            where a.endpoint_id = e.id and a.position = s.position and a.fault is null) else 0 end::int as "timesTaken"
    from reconciler.endpoints e
   cross join unnest($3::bigint[]) as ready(position)
   cross join lateral (
     select position from reconciler.sendings
      where endpoint_id = e.id and position = ready.position and state = 'waiting' limit 1) s
   cross join lateral (select * from reconciler.messages where position = s.position limit 1) m
   where e.id = $1 and e.holder = $2 and e.disabled_at is null`;

/** What is at the positions `$3`, as far as it is still owed to the endpoint `$1` by its holder `$2`. */
const MESSAGES = { name: 'messages-owed', text: messagesOwed('null::float8') };
/** The same, with when the change took place: only where somebody counts how long the first time took. */
const TIMED_MESSAGES = {
  name: 'timed-messages-owed',
  text: messagesOwed(CHANGED_SECONDS_AGO),
};

/** What is sent. */
export type Body = Readonly<{
  message: Message;
  /** How often an app's queue has taken it: after that, a person asked for it again. */
  timesTaken: number;
  /** When the change took place that it tells of for the first time, by `performance.now()`; null: it was told before, or nobody asks. */
  changedAt: number | null;
}>;

/**
 * What is at these positions, without what isn't owed to the endpoint any more, or not by its holder.
 *
 * @param which.isTimed whether anybody wants to know when the change took place
 * @throws whatever Postgres throws
 */
export const readBodies = async (
  pool: Pick<pg.Pool, 'query'>,
  {
    endpointId,
    holder,
    positions,
    isTimed,
  }: Readonly<{
    endpointId: number;
    holder: string;
    positions: readonly number[];
    isTimed: boolean;
  }>,
): Promise<readonly Body[]> => {
  const { rows } = await pool.query<
    Message & { timesTaken: number; changedSecondsAgo: number | null }
  >({
    ...(isTimed ? TIMED_MESSAGES : MESSAGES),
    values: [endpointId, holder, positions],
  });
  return rows.map(({ timesTaken, changedSecondsAgo: ago, ...message }) => ({
    message,
    timesTaken,
    changedAt: ago === null ? null : performance.now() - ago * 1_000,
  }));
};
