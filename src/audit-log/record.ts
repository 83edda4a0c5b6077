import type pg from 'pg';
import type { Actor } from '../access/actor.ts';
import { DoneBeforeError } from '../access/errors.ts';
import { type Client, inTransaction } from '../db/client.ts';
import { drizzle } from '../db/drizzle.ts';
import { auditLog } from '../db/schema-desk.ts';

/** What people do, in the words of the buttons: the closed list of the audit log. */
export const CHANGES = [
  'retry',
  'link',
  'undo_link',
  'unlink',
  'undo_unlink',
  'dismiss',
  'reopen',
  'note',
  'assign',
  'snooze',
  'end_snooze',
  'share_view',
  'unshare_view',
  'ask_bulk_run',
  'plan_bulk_run',
  'start_bulk_run',
  'stop_bulk_run',
  'create_webview',
  'ask_update_account',
  'update_account',
  'ask_delete_account',
  'delete_account',
  'replay',
  'backfill',
  'fix_audit',
  'prune',
  'export_person',
  'erase_person',
  'pause_queue',
  'resume_queue',
  'silence_alerts',
  'end_silence',
  'add_operator',
  'change_operator',
  'disable_operator',
  'add_passkey',
  'rename_passkey',
  'remove_passkey',
  'create_token',
  'rotate_token',
  'revoke_token',
  'add_endpoint',
  'change_endpoint',
  'test_endpoint',
  'rotate_endpoint',
  'disable_endpoint',
  'enable_endpoint',
  'remove_endpoint',
  'replay_messages',
  'send_again',
  'sign_in',
  'sign_out',
  'refused',
  'export',
  'end_export',
  'read_list',
] as const;
export type ChangeName = (typeof CHANGES)[number];

/** One change: what, to which, how that stood before and stands after it, and why. Never a secret. */
export type Change = Readonly<{
  action: ChangeName;
  /** A subject, or `operator:3`, `token:5`, `queue`, `alerts:backlog`, `bulk_run:7`, `endpoint:2`, `connected_account:…`. */
  target: string;
  before?: Readonly<Record<string, unknown>>;
  after?: Readonly<Record<string, unknown>>;
  why?: string | undefined;
  bulkRunId?: number;
}>;

/**
 * Writes the audit row of a change, within the transaction that makes it. Each change has one.
 *
 * @returns the row's id
 * @throws DoneBeforeError when the same request did the same before: then nothing of it may be committed
 */
export const recordChange = async (
  client: Client,
  actor: Actor,
  change: Change,
): Promise<number> => {
  const [id] = await recordChanges(client, actor, [change]);
  if (id === undefined) throw new DoneBeforeError();
  return id;
};

/** The same for many changes at once. @returns the rows' ids @throws DoneBeforeError */
export const recordChanges = async (
  client: Client,
  actor: Actor,
  changes: readonly Change[],
): Promise<number[]> => {
  if (changes.length === 0) return [];
  const rows = await drizzle(client)
    .insert(auditLog)
    .values(
      changes.map(({ action, target, before, after, why, bulkRunId }) => ({
        actor: actor.key,
        actorName: actor.name,
        owner: actor.owner?.key ?? null,
        ownerName: actor.owner?.name ?? null,
        role: actor.role,
        face: actor.face,
        action,
        target,
        before: before ?? null,
        after: after ?? null,
        why: why ?? null,
        bulkRunId: bulkRunId ?? null,
        idempotencyKey: actor.idempotencyKey,
      })),
    )
    // Waits for the same request, should that be under way, and sees what it came to.
    .onConflictDoNothing()
    .returning({ id: auditLog.id });
  if (rows.length < changes.length) throw new DoneBeforeError();
  return rows.map(({ id }) => id);
};

/**
 * Writes an audit row in a transaction of its own: of what is done in many transactions, or not in our
 * database. Before that begins, so that nothing of it is done that nobody is named for, whatever crashes.
 *
 * @throws DoneBeforeError when the same request did the same before
 */
export const recordAlone = (pool: pg.Pool, actor: Actor, change: Change): Promise<number> =>
  inTransaction(pool, client => recordChange(client, actor, change));
