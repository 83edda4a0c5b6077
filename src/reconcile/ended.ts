/*
 * That a person unlinked an account counts until something newer says whose it is: a link that was made since, other
 * metadata (decide.ts), a change of them from here (support/accounts/update.ts), or a webview that was created since
 * and led to the account, by which somebody has connected it anew. Of one that we created ourselves we know when, also
 * where Seam no longer shows it.
 */

/**
 * SQL: a query of the link whose end by a person still counts, as far as our own rows can tell; of no row where
 * there is none. Links and ends that were taken back are as if they had never been.
 *
 * @param accountId SQL
 */
export const endedLink = (accountId: string): string => `
  select ended.* from (
    select l.* from reconciler.links l
     where l.connected_account_id = ${accountId} and l.unlinked_because is distinct from 'undone'
       and (l.unlinked_because is distinct from 'unlinked_by_hand' or l.unlinked_claim is not null)
     order by l.id desc limit 1) ended
   where ended.unlinked_because = 'unlinked_by_hand'
     and not exists (select from reconciler.connect_webviews w
                      where w.connected_account_id = ended.connected_account_id
                        and w.seam_created_at > ended.unlinked_at)
     and not exists (select from reconciler.reconciliations r
                       join reconciler.expected_webviews e
                         on r.subject = 'connect_webview:' || e.connect_webview_id
                      where r.connected_account_id = ended.connected_account_id
                        and e.created_at > ended.unlinked_at)`;

/** SQL: the same as `Standing` has it. */
export const endedByHand = (accountId: string): string => `
  (select json_build_object('userId', e.user_id, 'claim', e.unlinked_claim,
                            'atMs', extract(epoch from e.unlinked_at) * 1000)
     from (${endedLink(accountId)}) e)`;
