/*
 * Whose a subject is. Seam says so, by showing it to the key of a workspace, and nobody else: least of all whoever
 * signs an event about it. `owner` is the workspace that Seam has shown it to; null as long as it has shown it to
 * none (docs/decisions/0013-whose-a-subject-is.md).
 */

/** SQL: the id in a subject. */
const idIn = (subject: string): string => `substr(${subject}, strpos(${subject}, ':') + 1)`;

/**
 * SQL: the owner of a subject. Of an account that was not looked at itself: that of the webview that Seam says has
 * led to it, or, where that was before owners were written down, whose webview it is taken for.
 *
 * @param subject in SQL
 */
export const ownerOf = (subject: string): string => `
  case
    when starts_with(${subject}, 'connect_webview:') then (
      select w.workspace_id from reconciler.connect_webviews w
       where w.connect_webview_id = ${idIn(subject)})
    when starts_with(${subject}, 'connected_account:') then coalesce(
      (select a.workspace_id from reconciler.connected_accounts a
        where a.connected_account_id = ${idIn(subject)}),
      (select coalesce(w.workspace_id, o.workspace_id)
         from reconciler.connect_webviews w
         left join reconciler.reconciliations o on o.subject = 'connect_webview:' || w.connect_webview_id
        where w.connected_account_id = ${idIn(subject)}
          and coalesce(w.workspace_id, o.workspace_id) is not null
        order by w.read_by_run desc limit 1))
  end`;

/**
 * SQL: whether a delivery is believed by a workspace: it was not set aside, and is its own word.
 *
 * @param delivery what the statement calls it
 * @param workspace in SQL; null there: the only one, which believes all that it is sent
 */
export const isBelieved = (delivery: string, workspace: string): string => `
  (${delivery}.set_aside is null
   and (${workspace} is null or ${delivery}.workspace_id is null or ${delivery}.workspace_id = ${workspace}))`;

/**
 * SQL: whether all that is known of an account is that another workspace says that it is deleted.
 *
 * @param account what the statement calls its row
 * @param workspace in SQL; null there: the only one
 */
export const isGoneOnWordOfAnother = (account: string, workspace: string): string => `
  coalesce(${account}.workspace_id is null and ${account}.deleted_on_word_of <> ${workspace}, false)`;
