import type pg from 'pg';
import type { Actor } from '../access/actor.ts';
import { createRecent } from '../access/budget.ts';
import { DoneBeforeError } from '../access/errors.ts';
import type { Origin, SecurityLog } from '../http/security-log.ts';
import { type Change, recordAlone } from './record.ts';

/** Of each process: what the audit log has of this hour, so that a flood of it writes nothing. */
const LATELY = new WeakMap<pg.Pool, ReturnType<typeof createRecent<string>>>();
const MOST_LATELY = 10_000;

/** `2026-11-27T02` */
const hourOf = (now: Date): string => now.toISOString().slice(0, 13);

/** Writes what comes often: once an hour for each person, action and target, whatever processes there are. */
export const recordOnceAnHour = async (
  pool: pg.Pool,
  actor: Actor,
  change: Change,
): Promise<void> => {
  const lately = LATELY.get(pool) ?? createRecent<string>(MOST_LATELY);
  LATELY.set(pool, lately);
  const hour = hourOf(new Date());
  const key = `${actor.key} ${change.action} ${change.target}`;
  if (lately.get(key) === hour) return;
  // The hour stands for the request: what another process has written of it is not written again.
  const once: Actor = { ...actor, idempotencyKey: `${change.action} in ${hour}` };
  try {
    await recordAlone(pool, once, change);
  } catch (error) {
    if (!(error instanceof DoneBeforeError)) throw error;
  }
  lately.set(key, hour);
};

/** What a program is about to be handed. */
type Listed = Readonly<{
  /** The operation's name: `listConnections`. */
  what: string;
  rows: number;
  /** The names of what was filtered by; not the values, which may be somebody's e-mail address. */
  fields: readonly string[];
}>;

/**
 * Tells that a program takes a page of a list with people in it, before it is handed over: each time in the security
 * log, with how many rows, and once an hour in the audit log, which a program that polls would fill.
 */
export const tellListed = async (
  { pool, security }: Readonly<{ pool: pg.Pool; security: SecurityLog }>,
  from: Origin,
  actor: Actor,
  { what, rows, fields }: Listed,
): Promise<void> => {
  if (rows === 0) return;
  const filter = fields.join(',');
  const who = { actor: actor.key, actor_name: actor.name };
  await security.tell('list_read', from, { ...who, what, rows, filter });
  await recordOnceAnHour(pool, actor, {
    action: 'read_list',
    target: `list:${what}`,
    after: { from: from.address, rows, filter },
  });
};
