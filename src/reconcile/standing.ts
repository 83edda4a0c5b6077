import { isDeepStrictEqual } from 'node:util';
import type { Client } from '../db/client.ts';
import type { ConnectedAccount } from '../seam/resources.ts';
import type { Run } from './begin.ts';
import type { Facts, Standing } from './facts.ts';
import type { FailureReason } from './outcome.ts';

/** The reconciliation's own row, locked until the transaction ends. */
export type Own = Readonly<{
  generation: number;
  attempts: number;
  reason: FailureReason | null;
  /** Whether the run that asks is still the newest: one that began later has taken over otherwise. */
  isNewest: boolean;
  /** How long Seam has been failing us on this subject; 0 when it hasn't. */
  unavailableForMs: number;
}>;

/**
 * Locks the one row of the subject, and the account's id: runs of different subjects (its webviews,
 * itself) meet there, also before there is a row to lock.
 *
 * @throws Error when there is no such row: nothing ever deletes one that is run
 */
export const lockOwn = async (client: Client, run: Run, accountId: string | null): Promise<Own> => {
  const { rows } = await client.query<{
    generation: string;
    attempts: number;
    reason: FailureReason | null;
    is_newest: boolean;
    unavailable_for_ms: number;
  }>({
    name: 'lock-own',
    text: `
      select generation, attempts, reason, newest_run_id = $2 as is_newest,
             coalesce(extract(epoch from now() - unavailable_since) * 1000, 0)::float8
               as unavailable_for_ms,
             pg_advisory_xact_lock(hashtextextended($3, 0))
        from reconciler.reconciliations where subject = $1
         for update`,
    values: [run.subject, run.id, accountId],
  });
  const row = rows[0];
  if (row === undefined) throw new Error(`there is no reconciliation of ${run.subject}`);
  return {
    generation: Number(row.generation),
    attempts: row.attempts,
    reason: row.reason,
    isNewest: row.is_newest,
    unavailableForMs: row.unavailable_for_ms,
  };
};

type StoredAccount = ConnectedAccount & { deletedAt: Date | null; readByRun: string };

/** How things stand with the account. Read once its id is locked, in a statement of its own. */
export const readStanding = async (client: Client, run: Run, facts: Facts): Promise<Standing> => {
  if (facts.connectedAccountId === null) {
    return { linkedUserId: null, accountChanged: false, superseded: false };
  }
  const { rows } = await client.query<{ linkedUserId: string | null } & Nullable<StoredAccount>>({
    name: 'read-standing',
    text: `
      select l.user_id as "linkedUserId", a.connected_account_id as "connectedAccountId",
             a.account_type as "accountType", a.account_type_display_name as "accountTypeDisplayName",
             a.display_name as "displayName", a.user_identifier as "userIdentifier",
             a.custom_metadata as "customMetadata", a.errors, a.warnings,
             a.accepted_capabilities as "acceptedCapabilities",
             a.automatically_manage_new_devices as "automaticallyManageNewDevices",
             a.customer_key as "customerKey", a.seam_created_at as "seamCreatedAt",
             a.deleted_at as "deletedAt", a.read_by_run as "readByRun"
        from (select $1::text as id) asked
        left join reconciler.links l on l.connected_account_id = asked.id and l.unlinked_at is null
        left join reconciler.connected_accounts a on a.connected_account_id = asked.id`,
    values: [facts.connectedAccountId],
  });
  const { linkedUserId = null, ...stored } = rows[0] ?? {};
  return {
    linkedUserId,
    accountChanged: isStored(stored) && differs(facts.account, stored),
    superseded: isStored(stored) && Number(stored.readByRun) > run.id,
  };
};

type Nullable<T> = { [Key in keyof T]: T[Key] | null };

const isStored = (row: Partial<Nullable<StoredAccount>>): row is StoredAccount =>
  typeof row.connectedAccountId === 'string';

const differs = (seen: Facts['account'], stored: StoredAccount): boolean => {
  if (seen === null || seen === 'not_asked') return false;
  const before = Object.fromEntries(
    Object.keys(seen).map(key => [key, stored[key as keyof ConnectedAccount]]),
  );
  return stored.deletedAt !== null || !isDeepStrictEqual(before, { ...seen });
};
