import type { Client } from '../db/client.ts';
import { drizzle } from '../db/drizzle.ts';
import { auditLog } from '../db/schema-desk.ts';
import type { Actor } from './actor.ts';
import { DoneBeforeError } from './errors.ts';

/** What people do, in the words of the buttons: the closed list of the audit log. */
export const CHANGES = [
  'retry',
  'link',
  'undo_link',
  'dismiss',
  'reopen',
  'note',
  'plan_bulk_run',
  'start_bulk_run',
  'stop_bulk_run',
  'create_webview',
  'update_account',
  'delete_account',
  'pause_queue',
  'resume_queue',
  'add_operator',
  'change_operator',
  'disable_operator',
  'create_token',
  'revoke_token',
  'sign_in',
] as const;
export type ChangeName = (typeof CHANGES)[number];

/** One change: what, to which, how that stood before and stands after it, and why. Never a secret. */
export type Change = Readonly<{
  action: ChangeName;
  /** A subject, or `operator:3`, `token:5`, `queue`, `bulk_run:7`, `connected_account:…`. */
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
  { action, target, before, after, why, bulkRunId }: Change,
): Promise<number> => {
  const [row] = await drizzle(client)
    .insert(auditLog)
    .values({
      actor: actor.key,
      actorName: actor.name,
      role: actor.role,
      face: actor.face,
      action,
      target,
      before: before ?? null,
      after: after ?? null,
      why: why ?? null,
      bulkRunId: bulkRunId ?? null,
      onceKey: actor.onceKey,
    })
    // Waits for the same request, should that be under way, and sees what it came to.
    .onConflictDoNothing()
    .returning({ id: auditLog.id });
  if (row === undefined) throw new DoneBeforeError();
  return row.id;
};
