import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { userIdFor, type Viewer } from '../../access/mask.ts';
import { LINK_MESSAGE_TYPES } from '../../model/message.ts';
import type { AccountState } from '../../model/outcome.ts';
import { arrangeAll } from '../../outbox/arranging.ts';
import { type Message, type MessageBody, messageBody } from '../../outbox/body.ts';
import type { Desk } from '../desk.ts';
import { insistInTime, readWithStatementTimeout } from '../finding/statement-timeout.ts';

/** What is told of a link: as the app is told by every other way (outbox/body.ts). */
type LinkChange = Omit<MessageBody, 'type' | 'data'> &
  Readonly<{
    type: (typeof LINK_MESSAGE_TYPES)[number];
    data: MessageBody['data'] & Readonly<{ state?: AccountState }>;
  }>;

export type LinkFeedPage = Readonly<{
  /** In order. */
  changes: readonly LinkChange[];
  /** Where to go on. */
  next: number;
  /** There are more by now. */
  more: boolean;
}>;

type FeedDesk = Pick<Desk, 'pool'> & Readonly<{ outgoing: Pick<Desk['outgoing'], 'news'> }>;

const READ_MS = 5_000;

/** Gives what was committed its place, so that whoever reads right after a change finds it. */
const arrangeBeforeReading = async ({ pool, outgoing }: FeedDesk): Promise<void> =>
  outgoing.news(await arrangeAll(pool));

/** As messages_links_idx has it, word for word: so that it is used. */
const IS_OF_LINK = `type in (${LINK_MESSAGE_TYPES.map(type => `'${type}'`).join(', ')})`;

/**
 * The newest position, and the one after which nothing has been pruned: before that the feed has holes. Prune writes down
 * how far it went; where it never did, all is there from the oldest on.
 */
const BOUNDS = `
  select greatest((select max(position) from reconciler.messages), p.until, 0) as newest,
         coalesce(p.until, (select min(position) - 1 from reconciler.messages), 0) as floor
    from (select (select first::bigint from reconciler.retention_cursors where name = 'messages') as until) p`;

/** One statement, and so one moment: what is at or below its newest position is all in it. */
const READ = `
  with bounds as materialized (${BOUNDS}), page as (
    select * from reconciler.messages
     where position > coalesce($1::bigint, (select floor from bounds)) and ${IS_OF_LINK}
       and ($2::text is null or workspace_id = $2)
     order by position limit $3
  )
  select b.newest::float8, b.floor::float8, m.position::float8, m.message_id, m.type, m.about,
         m.sequence::float8, m.at, m.workspace_id, m.user_id, m.connected_account_id, m.connect_webview_id, m.traceparent, m.data
    from bounds b left join page m on true order by m.position`;

type Bounds = { newest: number; floor: number };
type Row = Bounds & {
  position: number | null;
  message_id: string;
  type: Message['type'];
  about: string;
  sequence: number;
  at: Date;
  workspace_id: string | null;
  user_id: string | null;
  connected_account_id: string | null;
  connect_webview_id: string | null;
  traceparent: string | null;
  data: Message['data'];
};

/** A change as this reader may see it. */
const changeFor = (viewer: Viewer, row: Row): LinkChange => {
  const { before } = row.data;
  const body = messageBody({
    position: row.position ?? 0,
    messageId: row.message_id,
    type: row.type,
    about: row.about,
    sequence: row.sequence,
    at: row.at,
    workspaceId: row.workspace_id,
    userId: userIdFor(viewer, row.user_id),
    connectedAccountId: row.connected_account_id,
    connectWebviewId: row.connect_webview_id,
    traceparent: row.traceparent,
    data:
      before?.user_id === undefined
        ? row.data
        : { ...row.data, before: { ...before, user_id: userIdFor(viewer, before.user_id) } },
  });
  // Only such rows were asked for, with how their account stood.
  return body as LinkChange;
};

const insistOnCursor = (after: number, { newest, floor }: Bounds): void => {
  const how = 'List all accounts again (GET /accounts), and go on from the "position" of that.';
  if (after > newest) {
    throw new SupportError(
      'gone',
      `There is no position ${after} yet: the newest is ${newest}. It is of another database, or of this one before it was restored from a backup. ${how}`,
    );
  }
  if (after < floor) {
    throw new SupportError(
      'gone',
      `Changes after position ${after} have been pruned: they are kept from ${floor} on. ${how}`,
    );
  }
};

/** The newest position that has been given: all that was committed before this was called is at or below it. */
export const readNewest = async (desk: FeedDesk): Promise<number> => {
  await arrangeBeforeReading(desk);
  const { rows } = await desk.pool.query<Bounds>(
    `select newest::float8, floor::float8 from (${BOUNDS}) as bounds`,
  );
  return rows[0]?.newest ?? 0;
};

/**
 * What became of links after a position, in the order of commits: each change once, none left out, however late it was
 * committed.
 *
 * @param query.after the last position that the reader has; null: from the oldest that is kept
 * @param query.workspace null: of all
 * @throws SupportError `not_allowed`; `gone` for a position that the feed can't go on from
 */
export const readLinkFeed = async (
  desk: FeedDesk,
  actor: Actor,
  { after, workspace, limit }: { after: number | null; workspace: string | null; limit: number },
): Promise<LinkFeedPage> => {
  insistOn(actor, 'view');
  await arrangeBeforeReading(desk);
  const rows = insistInTime(
    await readWithStatementTimeout(desk.pool, READ_MS, async client => {
      const found = await client.query<Row>(READ, [after, workspace, limit + 1]);
      return found.rows;
    }),
  );
  const { newest = 0, floor = 0 } = rows[0] ?? {};
  if (after !== null) insistOnCursor(after, { newest, floor });
  const found = rows.filter(row => row.position !== null);
  const changes = found.slice(0, limit).map(row => changeFor(actor, row));
  const more = found.length > limit;
  const last = changes.at(-1)?.data.position ?? 0;
  // Past all that is of no link, too: so that a reader of few changes isn't left behind by prune.
  return { changes, next: more ? last : newest, more };
};

/** @throws SupportError `gone` for a position that nobody can go on from without leaving something out */
export const insistOnKept = async (
  client: Pick<pg.ClientBase, 'query'>,
  after: number,
): Promise<void> => {
  const { rows } = await client.query<Bounds>(
    `select newest::float8, floor::float8 from (${BOUNDS}) as bounds`,
  );
  if (rows[0] !== undefined) insistOnCursor(after, rows[0]);
};
