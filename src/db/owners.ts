import type { MigrationSession } from './migration-session.ts';

const PAGE_SIZE = 1_000;

/**
 * Whose a webview or an account is that Seam has shown to a version which didn't write that down: of the one
 * workspace that its cases are of. Where they are of several, nobody knows, and the next look says so.
 */
const FILLS = [
  `with page as materialized (
     select connect_webview_id as id, workspace_id from reconciler.connect_webviews
      where connect_webview_id > $1 order by connect_webview_id limit ${PAGE_SIZE}
   ), filled as (
     update reconciler.connect_webviews w set workspace_id = r.workspace_id
       from page join reconciler.reconciliations r on r.subject = 'connect_webview:' || page.id
      where page.workspace_id is null and r.workspace_id is not null and r.claimants is null
        and w.connect_webview_id = page.id
   )
   select max(id) as last, count(*)::int as seen from page`,
  `with page as materialized (
     select connected_account_id as id, workspace_id, account_type, seam_created_at
       from reconciler.connected_accounts
      where connected_account_id > $1 order by connected_account_id limit ${PAGE_SIZE}
   ), filled as (
     update reconciler.connected_accounts a set workspace_id = owner.id
       from page cross join lateral (
         select max(r.workspace_id) as id from reconciler.reconciliations r
          where r.connected_account_id = page.id or r.subject = 'connected_account:' || page.id
         having count(distinct r.workspace_id) = 1) as owner
      where page.workspace_id is null and (page.account_type is not null or page.seam_created_at is not null)
        and a.connected_account_id = page.id
   )
   select max(id) as last, count(*)::int as seen from page`,
];

/** Page by page, each with a commit of its own: nobody is kept waiting. */
export const fillOwners = async (session: Pick<MigrationSession, 'query'>): Promise<void> => {
  for (const fill of FILLS) {
    for (let last = ''; ; ) {
      const { rows } = await session.query<{ last: string | null; seen: number }>(fill, [last]);
      const [page] = rows;
      if (page === undefined || page.last === null || page.seen < PAGE_SIZE) break;
      last = page.last;
    }
  }
};
