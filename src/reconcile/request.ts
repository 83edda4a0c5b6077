import type pg from 'pg';
import { asked, askedFor, IN_A_MOMENT } from '../books/changes.ts';
import { ownerOf } from '../books/owner.ts';
import type { Client } from '../db/client.ts';
import type { Trigger } from '../model/outcome.ts';
import { parseSubject, type Subject } from '../model/subject.ts';
import { NOTHING_NAMED } from './claimed.ts';
import { workspaceOf } from './workspace-of.ts';

/*
 * The one place that makes a subject owed at somebody's request. What makes it owed because of news is
 * the statement that counts deliveries (inbox/count.ts). What either changes is in books/changes.ts.
 */

/** A look that was asked for: over once the reconciliation has observed this generation. */
export type Requested = Readonly<{
  subject: Subject;
  workspaceId: string | null;
  generation: number;
}>;

type Row = { subject: Subject; workspace_id: string | null; generation: string };

const toRequested = ({ subject, workspace_id, generation }: Row): Requested => ({
  subject,
  workspaceId: workspace_id,
  generation: Number(generation),
});

/**
 * SQL: since when Seam counts as failing us on a subject that was given up for it and is looked at once
 * more: for longer than any patience lasts, so that it is given up again at the first failure of Seam's.
 */
export const PATIENCE_SPENT = 'to_timestamp(0)';

/** When each of the looks is due: the first in `startMs` from now, each next one `stepMs` later. */
type Pace = Readonly<{ startMs: number; stepMs: number }>;

export const AT_ONCE: Pace = { startMs: 0, stepMs: 0 };

/**
 * Asks for another look at each of these subjects, as a person's `retry` does: their tries begin anew. They
 * are handed out by the sweep when they are due, and the runs say who asked. A look that is owed
 * already is not put off by it.
 *
 * @param only a reason that a subject must (still) have failed for; null for any standing
 * @param options.isOneTry whether one look is all that Seam gets: it isn't waited for anew
 * @returns how many were asked for
 */
export const requestLooks = async (
  pool: pg.Pool,
  subjects: readonly Subject[],
  trigger: Extract<Trigger, 'healing' | 'replay'>,
  only: string | null = null,
  { startMs, stepMs, isOneTry = false }: Pace & { isOneTry?: boolean } = AT_ONCE,
): Promise<number> => {
  const { rowCount } = await pool.query({
    name: 'request-looks',
    text: `
      with asked as (
        -- Locked in the order of their keys, so that processes that ask at once can't deadlock.
        select subject, now() + ($3::float8 + $4::float8 * (at - 1)) * interval '1 ms' as due_at
          from unnest($1::text[]) with ordinality as given(subject, at)
          join reconciler.reconciliations using (subject)
         where state <> 'dismissed' and ($5::text is null or reason = $5)
         order by subject for update of reconciliations
      )
      update reconciler.reconciliations r
         set ${askedFor('$2', 'asked.due_at', `case when $6 then ${PATIENCE_SPENT} end`)}
        from asked where r.subject = asked.subject`,
    values: [subjects, trigger, startMs, stepMs, only, isOneTry],
  });
  return rowCount ?? 0;
};

/** How a reconciliation stands before a request, and after it. */
type Standing = Readonly<{ state: string; reason: string | null; generation: number }>;

/** What became of asking; `workspaceId` says into whose queue it goes once this is committed. */
export type RequestResult =
  | Readonly<{ kind: 'asked'; before: Standing; after: Standing; workspaceId: string | null }>
  | Readonly<{ kind: 'refused'; why: string }>;

const NAMES_NOTHING =
  'the event names neither a webview nor an account, so there is nothing to check';
const PRUNED = 'it has been pruned';
const notServed = (workspaceId: string | null): string =>
  `its Seam workspace (${workspaceId ?? 'not named by any event'}) isn't configured here; it is checked automatically once it is`;

type Locked = Omit<Standing, 'generation'> & { generation: string; workspace_id: string | null };

/**
 * A person asks for another look at one subject, now, within a transaction. It is for the caller to put it
 * into the queue after the commit: should that fail, the sweep does.
 *
 * @param servedIds of the workspaces that are configured; null: one key for all
 */
export const requestLook = async (
  client: Client,
  servedIds: readonly string[] | null,
  subject: Subject,
): Promise<RequestResult> => {
  if (parseSubject(subject).kind === 'delivery') return { kind: 'refused', why: NAMES_NOTHING };
  const { rows } = await client.query<Locked>({
    name: 'lock-to-request',
    text: `select state, reason, generation, ${workspaceOf('r')} as workspace_id
             from reconciler.reconciliations r where subject = $1 for update of r`,
    values: [subject],
  });
  const [own] = rows;
  if (own === undefined) return { kind: 'refused', why: PRUNED };
  const { workspace_id: workspaceId, state, reason } = own;
  if (servedIds !== null && (workspaceId === null || !servedIds.includes(workspaceId))) {
    return { kind: 'refused', why: notServed(workspaceId) };
  }
  await client.query({
    name: 'request-look',
    text: `update reconciler.reconciliations r set workspace_id = $2, ${asked(`'person'`)}
            where subject = $1`,
    values: [subject, workspaceId],
  });
  const generation = Number(own.generation);
  return {
    kind: 'asked',
    before: { state, reason, generation },
    after: { state: 'pending', reason: null, generation: generation + 1 },
    workspaceId,
  };
};

/** So many of the webviews that led to an account are looked at with it, the latest first. */
const MOST_WEBVIEWS = 100;

/**
 * Asks for a look, now, at connected accounts; one that never had a look of its own gets one. Rows are taken
 * in the order of their keys, as everywhere. It is for the caller to tell the queue after the commit.
 *
 * @param accounts with their workspaces; null: as our other records of the account have it
 * @param withWebviews also at each webview that led to them: what was wrong with the account is told there, too
 */
export const requestAccountLooks = async (
  client: Client | pg.Pool,
  accounts: readonly Readonly<{ accountId: string; workspaceId: string | null }>[],
  by: Extract<Trigger, 'person' | 'audit'>,
  { withWebviews = false }: { withWebviews?: boolean } = {},
): Promise<Requested[]> => {
  const { rows } = await client.query<Row>({
    name: 'request-account-looks',
    text: `
      with given as (
        select id, coalesce(workspace_id, ${ownerOf("'connected_account:' || id")},
                 (select o.workspace_id from reconciler.reconciliations o
                   where o.connected_account_id = id and o.workspace_id is not null limit 1))
               as workspace_id
          from unnest($1::text[], $2::text[]) as g(id, workspace_id)
      ), wanted as (
        select 'connected_account:' || id as subject, id, workspace_id from given
        union
        (select o.subject, id, given.workspace_id
           from given join reconciler.reconciliations o on o.connected_account_id = id
          where $4 order by o.updated_at desc limit ${MOST_WEBVIEWS})
      )
      insert into reconciler.reconciliations as r
             (subject, generation, state, connected_account_id, workspace_id, requested_by, sweep_at)
      select subject, 1, 'pending', id, workspace_id, $3, ${IN_A_MOMENT} from wanted order by subject
          on conflict (subject) do update set
             workspace_id = coalesce(r.workspace_id, excluded.workspace_id), ${asked('$3')}
      returning subject, workspace_id, generation`,
    values: [
      accounts.map(({ accountId }) => accountId),
      accounts.map(({ workspaceId }) => workspaceId),
      by,
      withWebviews,
    ],
  });
  return rows.map(toRequested);
};

/**
 * What is taken for another workspace's, and isn't, as Seam says: it is its owner's from now on, and looked at anew.
 * Waits for nobody: a run that has it sees for itself.
 *
 * @returns when it is due; null where nothing was mistaken
 */
export const requestOwnersLook = async (
  client: Client,
  subject: Subject,
  owner: string,
): Promise<Date | null> => {
  const { rows } = await client.query<{ due_at: Date }>({
    name: 'request-owners-look',
    text: `
      with mistaken as (
        select subject from reconciler.reconciliations
         where subject = $1 and workspace_id <> $2 for update skip locked
      )
      update reconciler.reconciliations r
         set workspace_id = $2, claimants = null, to_ask = null, ${NOTHING_NAMED}, ${asked('null')}
        from mistaken m where r.subject = m.subject
      returning r.due_at`,
    values: [subject, owner],
  });
  return rows[0]?.due_at ?? null;
};

/**
 * Owes a webview of ours a first look after so many minutes: the sweep sees to it. News (a webhook) makes it
 * due at once, as with any other. Where a webhook has been faster, a look is owed already, and stays due
 * when it is.
 *
 * @returns when it is due
 */
export const expectLook = async (
  client: Client,
  expected: Readonly<{
    subject: Subject;
    connectWebviewId: string;
    userId: string;
    workspaceId: string | null;
  }>,
  minutes: number,
): Promise<Date> => {
  const { subject, connectWebviewId, userId, workspaceId } = expected;
  const { rows } = await client.query<{ due_at: Date; workspace_id: string | null }>({
    name: 'expect-look',
    text: `
      insert into reconciler.reconciliations
             (subject, generation, state, connect_webview_id, claimed_user_id, workspace_id, due_at, sweep_at)
      values ($1, 1, 'pending', $2, $3, $5, now() + $4 * interval '1 min', now() + $4 * interval '1 min')
          on conflict (subject) do update set connect_webview_id = excluded.connect_webview_id
      returning due_at, workspace_id`,
    values: [subject, connectWebviewId, userId, minutes, workspaceId],
  });
  const [row] = rows;
  if (row === undefined) throw new Error(`${subject} could not be recorded`);
  if (workspaceId === null || row.workspace_id === workspaceId) return row.due_at;
  // Another workspace spoke of it before it was made: it is of the one whose key has made it.
  return (await requestOwnersLook(client, subject, workspaceId)) ?? row.due_at;
};
