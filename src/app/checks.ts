import { readCoverage } from '../backfill/coverage.ts';
import type { ServedWorkspaces } from '../config/served-workspaces.ts';
import { isOneOf, type Workspace, workspaceLabel } from '../config/workspaces.ts';
import type { Database, Db } from '../db/client.ts';
import { describeSkew, readClock } from '../db/clock.ts';
import { readTraits, unwritable } from '../db/fitness.ts';
import { NEEDED_TO_STORE, NEEDED_TO_WORK } from '../db/grants.ts';
import { isMigrated } from '../db/migrate.ts';
import { describeLack, type Needs, readRights } from '../db/rights.ts';
import { type Check, CheckError } from '../http/health.ts';
import { readIntake } from '../inbox/intake.ts';
import { QueueFault } from '../queue/errors.ts';
import { readHolds } from '../reconcile/holds.ts';
import { readPauses } from '../reconcile/pauses.ts';
import type { Context } from './context.ts';

/* What `/readyz` asks. */

/** As a rule they are counted within a second; a row may be held for the 30 s that a transaction may idle. */
const COUNTED_WITHIN_SECONDS = 60;

const assertNotHeld = async (db: Db, workspaces: readonly Workspace[]): Promise<void> => {
  const holds = await readHolds(db);
  if (holds.length === 0) return;
  const told = holds.map(({ workspaceId, since, reason }) => {
    const label = workspaceLabel(workspaces, workspaceId);
    return `${label === null ? '' : `${label} is `}held since ${since.toISOString()}: ${reason}`;
  });
  throw new CheckError(told.join('; '));
};

/** Told without who and why: anyone may read this. "queue status" has them. */
const assertNotPaused = async (db: Db, workspaces: readonly Workspace[]): Promise<void> => {
  const pauses = await readPauses(db);
  if (pauses.length === 0) return;
  const told = pauses.map(({ workspace_id, since }) => {
    const label = workspaceLabel(workspaces, workspace_id);
    return `${label === null ? '' : `${label} is `}paused by a person since ${since}`;
  });
  throw new CheckError(told.join('; '));
};

/** Webhooks that don't come any more are told of; whoever stores the next one is ready all the same. */
const assertHeard = async (
  pool: Database['pool'],
  workspaces: readonly Workspace[],
): Promise<void> => {
  const coverage = (await readCoverage(pool)).filter(row => isOneOf(workspaces, row.workspaceId));
  const silent = coverage.find(({ unheardEvents }) => unheardEvents > 0);
  if (silent === undefined) return;
  const since = silent.unheardSince?.toISOString();
  throw new CheckError(
    `no webhook delivered Seam's latest ${silent.unheardEvents} events, since ${since}`,
  );
};

/** Stored is safe, but nobody looks at what is not counted: told where that takes longer than it should. */
const assertCounted = async (pool: Database['pool']): Promise<void> => {
  const { uncounted, uncountedSeconds } = await readIntake(pool);
  if (uncountedSeconds < COUNTED_WITHIN_SECONDS) return;
  throw new CheckError(
    `deliveries stored and still to be counted: ${uncounted}, the oldest for ${Math.round(uncountedSeconds)} s: does a transaction hold their rows?`,
  );
};

/** What is stored goes by the database's clock; our own decides which signatures are too old. */
const assertClock = async (pool: Database['pool']): Promise<void> => {
  const skew = describeSkew(await readClock(pool));
  if (skew === null) return;
  throw new CheckError(`${skew}: sync the clock of the machine that is off with NTP`);
};

/** Whether the queue could do its work now, in words where it says them. */
const assertQueueUsable = async ({ backend }: Pick<Context, 'backend'>): Promise<void> => {
  try {
    await backend.probe();
  } catch (error) {
    if (error instanceof QueueFault) throw new CheckError(error.message);
    throw error;
  }
};

/** Whether what has to be written could be: it is no replica, and our role may. Writes nothing. */
const assertWritable = async (pool: Database['pool'], needs: Needs): Promise<void> => {
  const fault =
    unwritable(await readTraits(pool))?.detail ?? describeLack(await readRights(pool, needs));
  if (fault !== null) throw new CheckError(fault);
};

const assertMigrated = async (pool: Database['pool']): Promise<void> => {
  if (!(await isMigrated(pool))) throw new CheckError('missing: run "migrate"');
};

/** What the process needs of the database, and what it is asked to tell besides. */
type Checks = Readonly<Record<string, Check>>;

const requiredChecks = (
  { database: { pool } }: Pick<Context, 'database'>,
  needs: Needs,
): Checks => ({
  database: () => assertWritable(pool, needs),
  migrations: () => assertMigrated(pool),
});

/** What the files say of the workspaces is told; what they said before is served meanwhile. */
const assertSettingsUsed = async ({ fault }: ServedWorkspaces): Promise<void> => {
  const told = fault();
  if (told !== null) throw new CheckError(told);
};

const toldChecks = ({
  database: { db, pool },
  served,
}: Pick<Context, 'database' | 'served'>): Checks => ({
  settings: () => assertSettingsUsed(served),
  seam: () => assertNotHeld(db, served.now()),
  pause: () => assertNotPaused(db, served.now()),
  silence: () => assertHeard(pool, served.now()),
  counting: () => assertCounted(pool),
  clock: () => assertClock(pool),
});

type Worker = Readonly<{ assertProgress: Check }>;

/**
 * Of the web side, what is required and what is only told. A web process without a queue, Seam or a worker that gets on
 * still does its work, the storing of webhooks: it is told of, and no reason to leave.
 *
 * @param worker the one that this process runs, too
 */
export const checksOfWeb = (
  context: Context,
  worker?: Worker,
): readonly [required: Checks, told: Checks] => [
  requiredChecks(context, NEEDED_TO_STORE),
  {
    queue: () => assertQueueUsable(context),
    ...toldChecks(context),
    ...(worker === undefined ? {} : { progress: worker.assertProgress }),
  },
];

/** Of the worker side, what is required and what is only told. */
export const checksOfWorker = (
  context: Context,
  { assertProgress }: Worker,
): readonly [required: Checks, told: Checks] => [
  {
    ...requiredChecks(context, NEEDED_TO_WORK),
    queue: () => assertQueueUsable(context),
    progress: assertProgress,
  },
  toldChecks(context),
];
