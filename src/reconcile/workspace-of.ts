/**
 * SQL: the workspace of a reconciliation, as it is written down or else as the first delivery that names one has it
 * (what was stored before workspaces were written down): what comes later can't take it away. Null where none is
 * known.
 *
 * @param row what the statement calls the reconciliation
 */
export const workspaceOf = (
  row: 'r' | 'reconciliations',
): string => `coalesce(${row}.workspace_id, (
  select d.workspace_id from reconciler.deliveries d
   where d.subject = ${row}.subject and d.workspace_id is not null and d.set_aside is null
   order by d.received_at limit 1))`;
