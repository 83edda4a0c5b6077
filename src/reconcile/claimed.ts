import type pg from 'pg';
import { SWEPT_NOW } from '../books/changes.ts';
import type { Client } from '../db/client.ts';
import type { Run } from './begin.ts';

/*
 * What several workspaces speak of, and Seam has shown to none: the key of each is tried in turn, until Seam shows it
 * to one. That one is its owner from then on, whoever spoke of it first, and what the others said is set aside.
 */

/** SQL: nothing of a workspace is given out at present. */
const isClosed = (workspace: string): string => `
  (exists (select 1 from reconciler.workspace_holds h where h.workspace_id = ${workspace})
   or exists (select 1 from reconciler.pauses p where p.workspace_id is null or p.workspace_id = ${workspace}))`;

/** SQL: of a reconciliation, whose key is tried next in this round; null: nobody's, as a rule. */
export const NEXT_TO_ASK = `(
  select c from unnest(to_ask) as c where not ${isClosed('c')} order by c limit 1)`;

/** SQL: which webview or account belongs to it was the word of the workspace that it leaves. */
export const NOTHING_NAMED = `
  connected_account_id = case when starts_with(r.subject, 'connected_account:') then r.connected_account_id end,
  connect_webview_id = case when starts_with(r.subject, 'connect_webview:') then r.connect_webview_id end`;

/** Seam has not shown it to this workspace: it is the next one's turn. The row is locked. */
export const handOn = async (client: Client, { subject }: Run, next: string): Promise<void> => {
  await client.query({
    name: 'hand-on',
    text: `update reconciler.reconciliations r
              set workspace_id = $2, to_ask = array_remove(to_ask, $2), ${NOTHING_NAMED}, ${SWEPT_NOW}
            where subject = $1`,
    values: [subject, next],
  });
};

/** All have been asked, and it is tried again in a while: then in turn again, this one first. The row is locked. */
export const beginRound = async (client: Client, { subject }: Run): Promise<void> => {
  await client.query({
    name: 'begin-round',
    text: `update reconciler.reconciliations set to_ask = array_remove(claimants, workspace_id)
            where subject = $1`,
    values: [subject],
  });
};

/** Seam has shown it to this workspace: it is no other's, and what others said of it is set aside. The row is locked. */
export const settleOwner = async (client: Client, { subject, workspaceId }: Run): Promise<void> => {
  await client.query({
    name: 'settle-owner',
    text: `
      with own as (
        update reconciler.reconciliations set claimants = null, to_ask = null where subject = $1
      )
      update reconciler.deliveries set set_aside = 'subject_of_another_workspace'
       where subject = $1 and workspace_id <> $2 and set_aside is null`,
    values: [subject, workspaceId],
  });
};

/** It is another's, as Seam has shown: the row is theirs, and looked at with their key. The row is locked. */
export const giveToOwner = async (client: Client, { subject }: Run, owner: string) => {
  await client.query({
    name: 'give-to-owner',
    text: `update reconciler.reconciliations r
              set workspace_id = $2, claimants = null, to_ask = null, ${NOTHING_NAMED}, ${SWEPT_NOW}
            where subject = $1`,
    values: [subject, owner],
  });
};

/** How many that several speak of are looked through at a time. */
const PAGE_SIZE = 5_000;

/**
 * What waits for the key of a workspace that nobody here can ask for (it is held, paused, or not configured) is
 * asked for with the key of another that speaks of it: nobody keeps what is another's waiting by naming it first.
 * A page of what several speak of is looked through: however many none of them can be asked for, the next ones come.
 *
 * @param servedIds of the workspaces that are configured
 * @param graceSeconds how long overdue it is before it counts as waiting
 * @param after the last of the page before; empty: from the beginning
 * @returns the last of this page, empty where there is no other
 */
export const passOnClaimed = async (
  pool: pg.Pool,
  servedIds: readonly string[],
  graceSeconds: number,
  after: string,
): Promise<string> => {
  const isOut = (workspace: string): string =>
    `(${workspace} <> all ($1::text[]) or ${isClosed(workspace)})`;
  const { rows } = await pool.query<{ last: string | null }>({
    name: 'pass-on-claimed',
    text: `
      with page as materialized (
        select subject from reconciler.reconciliations
         where claimants is not null and subject > $3 order by subject limit ${PAGE_SIZE}
      ), waiting as materialized (
        select subject, workspace_id, claimants from reconciler.reconciliations
         where subject = any (array(select subject from page))
           and claimants is not null and observed_generation < generation
           and (leased_until is null or leased_until <= now())
           and (sweep_at <= now() - $2 * interval '1 s' or reason = 'workspace_unknown')
           and ${isOut('workspace_id')}
         for update skip locked
      ), passed as (
        select w.subject, w.workspace_id as passed_over, next.id as next_id from waiting w cross join lateral (
          select c as id from unnest(w.claimants) as c
           where c <> w.workspace_id and not ${isOut('c')} order by c limit 1) as next
      ), moved as (
        update reconciler.reconciliations r
           set workspace_id = passed.next_id, ${NOTHING_NAMED},
               to_ask = array_remove(array_remove(r.claimants, passed.next_id), passed.passed_over), ${SWEPT_NOW}
          from passed where r.subject = passed.subject
      )
      select case when count(*) = ${PAGE_SIZE} then max(subject) end as last from page`,
    values: [servedIds, graceSeconds, after],
  });
  return rows[0]?.last ?? '';
};
