import type { Blocker } from '../../db/blocking.ts';
import type { Room } from '../../db/room.ts';
import type { Intake } from '../../inbox/intake.ts';
import type { QueueStatus } from '../queue/status.ts';
import { owedText, waitingText } from '../queue/words.ts';
import { Problem } from './doctor.ts';

/* How a whole that is set up right goes on. Pure: each says what is in order, or throws what isn't, with what to do. */

/** As a rule it takes milliseconds. */
const COUNTED_WITHIN_SECONDS = 10;
/** As a rule one begins within a second of its being due. */
const CHECKED_WITHIN_MS = 60_000;

const nameOf = ({ pid, user, application, state, since, tables, waiting }: Blocker): string => {
  const who = [user, application, state].filter(part => part !== null).join(', ');
  const when = since === null ? '' : ` since ${since.toISOString()}`;
  const behind = waiting === 0 ? '' : `; sessions that wait for it: ${waiting}`;
  return `session ${pid} (${who || 'hidden from our role'}) holds ${tables.join(', ')}${when}${behind}`;
};

/** @throws Problem that names the sessions */
export const judgeBlockers = (blockers: readonly Blocker[]): string => {
  if (blockers.length === 0) return 'no session holds what others need';
  const ends = blockers.map(
    ({ pid }) => `psql "$DATABASE_URL" -c "select pg_terminate_backend(${pid})"`,
  );
  throw new Problem(
    blockers.map(nameOf).join('; '),
    `Ask whoever runs it, or end it, which undoes what it has not committed: ${ends.join('; ')}`,
  );
};

/** @throws Problem where what is stored isn't counted */
export const judgeIntake = ({
  uncounted,
  uncountedSeconds,
}: Pick<Intake, 'uncounted' | 'uncountedSeconds'>): string => {
  if (uncountedSeconds < COUNTED_WITHIN_SECONDS) return 'every stored delivery is counted';
  throw new Problem(
    `deliveries that are stored and not counted: ${uncounted}, the oldest for ${Math.round(uncountedSeconds)} s`,
    'If "database locks" names a session, end that one. If nothing runs, start "serve" or "work": each counts.',
  );
};

/** What keeps the checks from being done; null: nothing, or it isn't known. */
const whyLate = ({ processes }: QueueStatus): Readonly<{ what: string; remedy: string }> => {
  const workers = processes.flatMap(each =>
    each.lost || each.worker === null ? [] : [each.worker],
  );
  if (workers.length === 0) {
    return {
      what: 'no worker is running',
      remedy: 'Start "work" (or "serve --work"). What is owed is then checked automatically.',
    };
  }
  const trouble = workers.find(worker => worker.trouble !== null)?.trouble;
  if (trouble) return { what: `a worker says: ${trouble}`, remedy: 'Correct what it says.' };
  const running = workers.reduce((sum, worker) => sum + worker.running, 0);
  const most = workers.reduce((sum, worker) => sum + worker.concurrency, 0);
  return {
    what: `workers: ${workers.length}, checks in progress: ${running} of ${most}`,
    remedy:
      'If all are in progress, start another "work", or raise WORKER_CONCURRENCY. Otherwise see what the workers log.',
  };
};

/**
 * @param now of the database's clock, or one that is close to it
 * @throws Problem where the queue is held, or what is due isn't checked
 */
export const judgeChecks = (status: QueueStatus, now: Date): string => {
  const [hold] = status.holds;
  if (hold !== undefined) {
    throw new Problem(`held since ${hold.since}: ${hold.sentence} (${hold.reason})`, hold.remedy);
  }
  const [pause] = status.pauses;
  if (pause !== undefined) {
    return `paused by ${pause.by} since ${pause.since}: ${pause.why} ("queue resume" resumes it)`;
  }
  const { oldest_due_at: oldest } = status;
  if (oldest === null || now.getTime() - Date.parse(oldest) < CHECKED_WITHIN_MS) {
    return `owed: ${owedText(status)}, waiting: ${waitingText(status)}`;
  }
  const { what, remedy } = whyLate(status);
  throw new Problem(`waiting: ${waitingText(status)}, the oldest since ${oldest}; ${what}`, remedy);
};

/** @throws Problem where webhooks don't arrive, or Seam's list of events can't be read */
export const judgeEvents = ({ silence, coverage }: QueueStatus): string => {
  const [silent] = silence;
  if (silent !== undefined) {
    throw new Problem(
      `no webhook delivered Seam's latest events: ${silent.events} since ${silent.since}`,
      'See "webhook registration" below. If that is in order, check that Seam can reach our endpoint, and that it is enabled in the Seam console.',
    );
  }
  const failing = coverage.find(({ failing_since }) => failing_since !== null);
  if (failing !== undefined) {
    throw new Problem(
      `missed events can't be read from Seam since ${failing.failing_since}: ${failing.failure}`,
      'It is tried again every minute, and catches up then. See "Seam key and workspace" below.',
    );
  }
  const until = coverage.map(each => each.until).toSorted()[0];
  return until === undefined
    ? 'no scheduled backfill has run yet'
    : `every event until ${until} is accounted for`;
};

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** `4.1 GB`: three digits are enough to see what is large. */
const sizeText = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  return `${Number((bytes / 1_000 ** power).toPrecision(3))} ${UNITS[power]}`;
};

/** What the database takes, and its largest tables. Postgres doesn't say how large its disk is. */
export const describeRoom = ({ bytes, tables }: Room): string => {
  const largest = tables.map(table => `${table.name} ${sizeText(table.bytes)}`).join(', ');
  return `${sizeText(bytes)}${largest === '' ? '' : ` (largest: ${largest})`}`;
};
