import { type SQL, sql } from '../../db/drizzle.ts';
import { STATES_BY_WEIGHT } from '../../model/case.ts';

/* Which of a case's subjects leads it, in SQL. */

/** By it, the subject of a case that says most of it comes first. */
export const weightOf = (row: string): string =>
  `case ${row}.state ${STATES_BY_WEIGHT.map((state, index) => `when '${state}' then ${STATES_BY_WEIGHT.length - index}`).join(' ')} else 0 end`;

/** What a case is called by (`caseOf` of model/case.ts). @param row what `reconciler.reconciliations` is called */
export const caseKeyOf = (row: string): string =>
  `coalesce('connected_account:' || ${row}.connected_account_id, ${row}.subject)`;

const outweighs = (siblings: string, row: string): string => `
  select from ${siblings} sibling
   where sibling.connected_account_id = ${row}.connected_account_id
     and sibling.subject <> ${row}.subject
     and coalesce(sibling.workspace_id = ${row}.workspace_id, true)
     and (${weightOf('sibling')}, sibling.updated_at, sibling.subject)
       > (${weightOf(row)}, ${row}.updated_at, ${row}.subject)`;

/**
 * Whether a reconciliation leads its case: no other of the same account, of what one workspace knows, says more of it
 * (by its state, then by how late it changed). By the index of accounts: one look for a row (that is what the `offset`
 * is for: as a join, Postgres may go through all there are).
 *
 * @param row what `reconciler.reconciliations` is called
 */
export const isLeadOf = (row: string): string => `not exists (
  ${outweighs('reconciler.reconciliations', row)}
  offset 0)`;

/**
 * The same of one of many that were read with all of their siblings: told by these, as a join.
 *
 * @param row what one of them is called @param read what all of them are called
 */
export const isLeadAmong = (row: string, read: string): string =>
  `not exists (${outweighs(read, row)})`;

/** The same for a query of drizzle, where the table is called by its own name. */
export const isLead: SQL = sql.raw(isLeadOf('"reconciler"."reconciliations"'));
