import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { userIdFor, type Viewer, wordsFor } from '../../access/mask.ts';
import type { MessageData } from '../../model/message.ts';
import type { Message } from '../../outbox/body.ts';
import { insistOnKept } from '../contract/link-feed.ts';
import type { Desk } from '../desk.ts';
import { insistInTime, readWithStatementTimeout } from '../finding/statement-timeout.ts';
import { arrangeNow } from './arranged.ts';
import {
  FILTER_PARAMETERS,
  insistOnFilter,
  MATCHES,
  type MessageFilter,
  valuesOf,
} from './selection.ts';
import { readSendings } from './sendings.ts';
import type { MessageDetails, MessagesPage, MessageView } from './types.ts';
import { ownWorkspaces } from './within.ts';

/** One person's question must not hold up what is sent. */
const READ_MS = 3_000;
const MOST_LISTED = 1_000;

type Reader = Pick<Desk, 'pool' | 'outgoing'>;

/** SQL: a message `m` as Message has it. */
const COLUMNS = `
  m.position::float8, m.message_id as "messageId", m.type, m.about, m.sequence::float8, m.at,
  m.workspace_id as "workspaceId", m.user_id as "userId", m.connected_account_id as "connectedAccountId",
  m.connect_webview_id as "connectWebviewId", m.data`;

/** A message as this person may read it. */
const toView = (viewer: Viewer, { data, ...message }: Message): MessageView => ({
  ...message,
  userId: userIdFor(viewer, message.userId),
  data: dataFor(viewer, data),
});

const dataFor = (viewer: Viewer, data: MessageData): MessageData => {
  const { claimed_user_id: claimed, description, before } = data;
  return {
    ...data,
    ...(claimed === undefined ? {} : { claimed_user_id: userIdFor(viewer, claimed) }),
    ...(description === undefined ? {} : { description: wordsFor(viewer, description) }),
    ...(before?.user_id == null
      ? {}
      : { before: { ...before, user_id: userIdFor(viewer, before.user_id) } }),
  };
};

/** Which page of a list: those after a position come first to last, else the newest come first. */
export type MessagePage = Readonly<{
  after?: number | undefined;
  before?: number | undefined;
  limit: number;
}>;

const insistOnPage = ({ after, before, limit }: MessagePage): void => {
  const isPosition = (given: number | undefined): boolean =>
    given === undefined || (Number.isSafeInteger(given) && given >= 0);
  const faults: Record<string, string> = {};
  if (!isPosition(after)) faults.after = '"after" must be the position of a message, or 0.';
  if (!isPosition(before)) faults.before = '"before" must be the position of a message.';
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_LISTED) {
    faults.limit = `"limit" must be a whole number from 1 to ${MOST_LISTED}.`;
  }
  if (Object.keys(faults).length > 0) throw invalid(faults);
};

const [AFTER, BEFORE, LIMIT] = [1, 2, 3].map(n => `$${FILTER_PARAMETERS + n}`);

const list = (order: 'asc' | 'desc'): string => `
  select ${COLUMNS} from reconciler.messages m
   where m.position > coalesce(${AFTER}::bigint, 0)
     and (${BEFORE}::bigint is null or m.position < ${BEFORE}) and ${MATCHES}
   order by m.position ${order} limit ${LIMIT}::int`;

/**
 * The messages that match, as this person may read them: with `after` the oldest first, from there on, as whoever follows
 * them reads them; else the newest first. Nothing ever comes to lie before a position that was read.
 *
 * @throws SupportError `not_allowed`; `invalid`, by field; `refused` where there is too much to go through; `gone` for a
 *   position that can't be gone on from
 */
export const listMessages = async (
  desk: Reader,
  actor: Actor,
  { after, before, limit, ...filter }: MessageFilter & MessagePage,
): Promise<MessagesPage> => {
  insistOn(actor, 'view');
  insistOnFilter(filter);
  insistOnPage({ after, before, limit });
  await arrangeNow(desk);
  const values = valuesOf(filter, ownWorkspaces(actor));
  const found = await readWithStatementTimeout(desk.pool, READ_MS, async client => {
    const order = after === undefined ? 'desc' : 'asc';
    // One more than is shown tells whether there are more.
    const page = [after ?? null, before ?? null, limit + 1];
    const { rows } = await client.query<Message>(list(order), [...values, ...page]);
    // Only now: what has been pruned meanwhile is seen. From 0 on is from the oldest that is kept.
    if (after) await insistOnKept(client, after);
    return rows;
  });
  const rows = insistInTime(found);
  const messages = rows.slice(0, limit).map(message => toView(actor, message));
  return { messages, more: rows.length > limit };
};

/**
 * What a case's account and its webviews are called where messages are about them; and of each the newest, along an index
 * that has them in order: as positions and sequences rise together.
 */
const OF_CASE = `
  with named as (
    select connected_account_id as account, connect_webview_id as webview
      from reconciler.reconciliations where subject = $1
  ), abouts as (
    select $1::text as about
    union select 'connected_account:' || account from named where account is not null
    union select 'connect_webview:' || webview from named where webview is not null
    union select r.subject from named n
            join reconciler.reconciliations r on r.connected_account_id = n.account
  )
  select ${COLUMNS}
    from abouts cross join lateral (
      select * from reconciler.messages
       where about = abouts.about and ($2::text[] is null or workspace_id = any($2))
       order by sequence desc limit $3) m
   order by m.position desc limit $3`;

const withSendings = async (
  desk: Pick<Desk, 'pool'>,
  viewer: Viewer,
  messages: readonly Message[],
): Promise<MessageDetails[]> => {
  const positions = messages.map(({ position }) => position);
  const sendings = await readSendings(desk, viewer, positions);
  return messages.map(message => ({
    ...toView(viewer, message),
    sendings: sendings.get(message.position) ?? [],
  }));
};

/**
 * What the app was told of a connection (of its account, and of the webviews that led to it), the newest first, and
 * what it answered.
 *
 * @param subject as of a case; of one that nobody knows there are none
 * @throws SupportError `not_allowed`
 */
export const messagesOf = async (
  desk: Reader,
  actor: Actor,
  subject: string,
  limit: number,
): Promise<MessagesPage<MessageDetails>> => {
  insistOn(actor, 'view');
  insistOnFilter({ about: subject });
  insistOnPage({ limit });
  await arrangeNow(desk);
  const values = [subject, ownWorkspaces(actor), limit + 1];
  const { rows } = await desk.pool.query<Message>(OF_CASE, values);
  const messages = await withSendings(desk, actor, rows.slice(0, limit));
  return { messages, more: rows.length > limit };
};

/**
 * What the app was told of a connection last; null: nothing, or nothing that has its place yet. It changes nothing, so
 * that it can be read wherever Postgres can.
 */
export const lastMessageOf = async (
  pool: Desk['pool'],
  viewer: Viewer,
  subject: string,
): Promise<MessageDetails | null> => {
  const { rows } = await pool.query<Message>(OF_CASE, [subject, ownWorkspaces(viewer), 1]);
  return (await withSendings({ pool }, viewer, rows))[0] ?? null;
};

/** The newest of several connections' names, along the same index. */
const OF_NAMES = `
  select ${COLUMNS}
    from unnest($1::text[]) as abouts(about) cross join lateral (
      select * from reconciler.messages
       where about = abouts.about and ($2::text[] is null or workspace_id = any($2))
         and ($3::bigint is null or position < $3)
       order by sequence desc limit $4) m
   order by m.position desc limit $4`;

/**
 * What the app was told of a case, the newest first, and what it answered. It changes nothing, so that it can be read
 * wherever Postgres can.
 *
 * @param abouts what messages about it are about
 * @param page.before the position of a message: those before it
 */
export const messagesAbout = async (
  pool: Desk['pool'],
  viewer: Viewer,
  abouts: readonly string[],
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<MessageDetails[]> => {
  const values = [abouts, ownWorkspaces(viewer), before ?? null, limit];
  const { rows } = await pool.query<Message>(OF_NAMES, values);
  return withSendings({ pool }, viewer, rows);
};

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One message, unmasked: for whoever sends it. @throws SupportError `not_found`, also for one of another workspace */
export const findMessage = async (
  { pool }: Pick<Desk, 'pool'>,
  actor: Actor,
  messageId: string,
): Promise<Message> => {
  const { rows } = UUID.test(messageId)
    ? await pool.query<Message>(
        `select ${COLUMNS} from reconciler.messages m
          where m.message_id = $1 and ($2::text[] is null or m.workspace_id = any($2))`,
        [messageId, ownWorkspaces(actor)],
      )
    : { rows: [] };
  const [message] = rows;
  if (message !== undefined) return message;
  throw new SupportError('not_found', 'There is no such message. It may have been removed by age.');
};

/**
 * One message, and what became of it.
 *
 * @throws SupportError `not_allowed`, `not_found`
 */
export const readMessage = async (
  desk: Reader,
  actor: Actor,
  messageId: string,
): Promise<MessageDetails> => {
  insistOn(actor, 'view');
  await arrangeNow(desk);
  const [message] = await withSendings(desk, actor, [await findMessage(desk, actor, messageId)]);
  if (message === undefined) throw new Error('a message was read and is gone');
  return message;
};
