import { deletionToldAt } from './announced.ts';

/**
 * SQL: whether an account (its row as `a`) was let go because comparisons no longer found it: since the first that
 * missed it (and nobody has met it since) a later one has, and asked for this (drift/fix.ts). A word that it is deleted
 * is more than that.
 *
 * @param id the account's, in SQL
 * @param subject the account's, in SQL
 * @param workspace whose it is, in SQL; null there: the only one's
 */
export const isGone = (id: string, subject: string, workspace: string): string => `
  case when a.missed_by_audit is null then false
       else (a.deleted_at is not null or exists (
              select 1 from reconciler.audits later
                join reconciler.audit_findings let_go
                  on let_go.audit_id = later.id and let_go.connected_account_id = ${id}
               where later.id > a.missed_by_audit and let_go.kind = 'gone' and let_go.asked_at is not null))
            and ${deletionToldAt(subject, workspace)} is null end`;
