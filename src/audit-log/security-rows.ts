import type pg from 'pg';
import type { Actor } from '../access/actor.ts';
import { ForgedFormError, NotAllowedError, SupportError } from '../access/errors.ts';
import type { Permission } from '../access/permissions.ts';
import type { Origin, SecurityLog } from '../http/security-log.ts';
import type { Logger } from '../ops/log.ts';
import { recordOnceAnHour } from './list-rows.ts';
import { recordAlone } from './record.ts';

/* What a person does that is no change: in the security log, and in the audit log. */

type Places = Readonly<{ pool: pg.Pool; security: SecurityLog }>;

/** Tells that somebody signs out, before they are. */
export const tellSignedOut = async (
  { pool, security }: Places,
  from: Origin,
  actor: Actor,
): Promise<void> => {
  await recordAlone(pool, actor, {
    action: 'sign_out',
    target: actor.key,
    after: { from: from.address },
  });
  await security.tell('signed_out', from, { actor: actor.key, actor_name: actor.name });
};

/**
 * Tells of what somebody tried and may not do, or gave and can't be right; of any other error nothing. The audit log has it once an hour for
 * each of them and each permission. It never fails: that it couldn't be written down is logged, and makes no other
 * answer of the refusal.
 *
 * @param needs what the address takes, where the error names no permission
 */
export const tellRefused = async (
  { pool, security, log }: Places & Readonly<{ log: Logger }>,
  from: Origin,
  actor: Actor,
  error: unknown,
  needs: Permission,
): Promise<void> => {
  if (!(error instanceof SupportError)) return;
  const who = { actor: actor.key, actor_name: actor.name };
  if (error.fault === 'invalid') {
    await security.tell('input_refused', from, { ...who, why: 'invalid' });
    return;
  }
  if (error.fault !== 'not_allowed') return;
  if (error instanceof ForgedFormError) {
    await security.tell('form_refused', from, who);
    return;
  }
  const permission = error instanceof NotAllowedError ? error.permission : needs;
  await security.tell('permission_refused', from, { ...who, permission });
  try {
    const { address, method, path } = from;
    await recordOnceAnHour(pool, actor, {
      action: 'refused',
      target: `permission:${permission}`,
      after: {
        from: address,
        ...(path === undefined ? {} : { path: `${method ?? ''} ${path}`.trim() }),
      },
    });
  } catch (cause) {
    log.error({ err: cause, ...who, permission }, 'the audit log lacks a refusal');
  }
};

/** An export that is under way. */
export type Export = Readonly<{
  /** So many more rows were handed over. */
  add: (rows: number) => void;
  /** That was all of them. */
  complete: () => void;
}> &
  AsyncDisposable;

/**
 * Writes down that somebody takes rows away, before the first one is handed over, and once it is disposed of how
 * many they were: also where whoever asked has left before the end.
 *
 * @param filter as it stands in an address
 */
export const beginExport = async (
  pool: pg.Pool,
  actor: Actor,
  what: 'connections' | 'accounts' | 'search' | 'audit_log' | 'drift' | 'messages',
  filter: URLSearchParams,
): Promise<Export> => {
  const own: Actor = { ...actor, idempotencyKey: null };
  const begun = await recordAlone(pool, own, {
    action: 'export',
    target: what,
    after: Object.fromEntries(filter),
  });
  let rows = 0;
  let isComplete = false;
  return {
    add: more => {
      rows += more;
    },
    complete: () => {
      isComplete = true;
    },
    [Symbol.asyncDispose]: async () => {
      await recordAlone(pool, own, {
        action: 'end_export',
        target: `export:${begun}`,
        after: { rows, complete: isComplete },
      });
    },
  };
};
