import type pg from 'pg';
import { forgetAlerts } from '../alerts/forget.ts';
import { forgetAnswers, forgetChanges } from '../audit-log/forget.ts';
import type { UserIdentity } from '../config/user-identity.ts';
import { forgetComparisons } from '../drift/forget.ts';
import { forgetAcknowledgements } from '../metrics/acknowledgements.ts';
import { forgetSignIns, forgetTokens } from '../operators/forget.ts';
import { Disposables } from '../ops/disposables.ts';
import type { Logger } from '../ops/log.ts';
import { startLoop } from '../ops/loop.ts';
import {
  type Cursor,
  FROM_THE_START,
  healAfterOutage,
  healAwaitedUsers,
} from '../reconcile/healing.ts';
import {
  healUsersTable,
  NOTHING_PUT_BACK,
  type UsersTableHealing,
} from '../reconcile/healing-users-table.ts';
import { endLeftRuns } from '../reconcile/left-runs.ts';
import { linkProvisionally, type ProvisionalCursor } from '../reconcile/provisional.ts';
import { pruneSome } from '../reconcile/prune.ts';
import type { Seam } from '../seam/client.ts';
import { forgetLeases } from '../support/accounts/forget.ts';
import { forgetBulkRuns } from '../support/bulk/forget.ts';
import { forgetNotes } from '../support/cases/forget.ts';
import { finishErasures } from '../support/erasure/erase.ts';
import { forgetShifts } from '../support/shifts/forget.ts';
import type { UserDirectory } from '../users/directory.ts';
import type { Context } from './context.ts';

const HEALING_INTERVAL_MS = 15_000;
const OUTAGE_HEALING_INTERVAL_MS = 30_000;
const PROVISIONAL_INTERVAL_MS = 1_000;
const ERASURE_INTERVAL_MS = 30_000;
const PRUNE_INTERVAL_MS = 60 * 60 * 1_000;

/** What nobody asks for any more after a while, which no setting says. */
const OVER = [
  forgetAcknowledgements,
  forgetAlerts,
  forgetAnswers,
  forgetComparisons,
  forgetSignIns,
  forgetLeases,
  forgetShifts,
  forgetTokens,
] as const;

/**
 * What the system does by itself, beside the looks: puts back what can succeed now, links provisionally
 * while Seam is away, removes what is old. Each asks the database a small question and idles otherwise;
 * any number of processes may do so.
 */
export const startUpkeep = (
  { database: { pool }, log }: Pick<Context, 'database' | 'log'>,
  options: {
    users: UserDirectory;
    identity: UserIdentity;
    /** How long deliveries, runs and bulk runs are kept; 0: for ever. */
    retentionDays: number;
    /** How long the audit log is kept; 0: for ever. */
    auditRetentionDays: number;
    /** How long notes are kept; 0: for ever. */
    notesRetentionDays: number;
    /** How long the newest deliveries and runs of what stays failed are kept; 0: for ever. */
    failedRetentionDays: number;
    provisionalLinks: boolean;
    /** Something may have changed of what the app is told. */
    onChanged: () => void;
  },
): AsyncDisposable => {
  const { users, identity, retentionDays, auditRetentionDays, provisionalLinks } = options;
  const { notesRetentionDays, failedRetentionDays, onChanged } = options;
  const stack = new Disposables();
  const loop = (name: string, intervalMs: number, turn: (signal: AbortSignal) => Promise<void>) =>
    stack.use(startLoop({ name, intervalMs, log, turn }));

  let cursor: Cursor = FROM_THE_START;
  let unusable: UsersTableHealing = NOTHING_PUT_BACK;
  loop('healing', HEALING_INTERVAL_MS, async () => {
    const runs = await endLeftRuns(pool);
    if (runs > 0) log.info({ runs }, 'ended: nobody is at them any more, and nothing is owed');
    const tried = await healUsersTable({ pool, users }, unusable);
    unusable = tried.next;
    const { healed: subjects } = tried;
    if (subjects > 0) log.info({ subjects }, 'put back: the users table can be read');
    const { healed, next } = await healAwaitedUsers({ pool, users }, cursor);
    cursor = next;
    if (healed > 0) log.info({ subjects: healed }, 'put back: their user exists now');
  });
  if (provisionalLinks) {
    let held: ProvisionalCursor = null;
    loop('linking provisionally', PROVISIONAL_INTERVAL_MS, async () => {
      const turn = await linkProvisionally({ pool, users, identity }, held);
      held = turn.next;
      const { linked, considered } = turn;
      if (linked === 0) return;
      onChanged();
      log.info({ linked, considered }, 'linked provisionally');
    });
  }
  if (retentionDays > 0) {
    loop('pruning', PRUNE_INTERVAL_MS, async signal => {
      const pruned = await pruneSome(pool, retentionDays, signal, undefined, failedRetentionDays);
      if (pruned === null) return;
      const { before, kept, ...went } = pruned;
      if (Object.values(went).some(count => count > 0)) log.info(pruned, 'pruned');
    });
  }
  if (auditRetentionDays > 0) {
    loop('deleting old entries of the audit log', PRUNE_INTERVAL_MS, async signal => {
      const removed = await forgetChanges(pool, auditRetentionDays, signal);
      if ((removed ?? 0) > 0) log.info({ removed }, 'deleted old entries of the audit log');
    });
  }
  if (notesRetentionDays > 0) {
    loop('deleting old notes', PRUNE_INTERVAL_MS, async signal => {
      const removed = await forgetNotes(pool, notesRetentionDays, signal);
      if (removed > 0) log.info({ removed }, 'deleted old notes');
    });
  }
  loop('finishing erasures', ERASURE_INTERVAL_MS, async signal => {
    const erasures = await finishErasures(pool, identity, signal);
    if (erasures === 0) return;
    onChanged();
    log.info({ erasures }, 'finished what was left of erasures');
  });
  loop('deleting old bulk runs', PRUNE_INTERVAL_MS, async signal => {
    await forgetBulkRuns(pool, retentionDays, signal);
  });
  loop('deleting what is over', PRUNE_INTERVAL_MS, async signal => {
    for (const forget of OVER) await forget(pool, signal);
  });
  return { [Symbol.asyncDispose]: () => stack.disposeAsync() };
};

/** Puts back what was given up for Seam's sake in a workspace, once that answers. */
export const startOutageHealing = (options: {
  pool: pg.Pool;
  seam: Pick<Seam, 'probe'>;
  workspaceId: string | null;
  log: Logger;
}): AsyncDisposable =>
  startLoop({
    name: 'healing after an outage',
    intervalMs: OUTAGE_HEALING_INTERVAL_MS,
    log: options.log,
    turn: async signal => {
      const healed = await healAfterOutage(options, signal);
      if (healed > 0) options.log.info({ subjects: healed }, 'put back: Seam responds again');
    },
  });
