import type { BackfillReport } from '../backfill/backfill.ts';
import type { Env } from '../config/config.ts';
import { readClock } from '../db/clock.ts';
import { startCounting } from '../inbox/counting.ts';
import { interruptible } from '../ops/interrupt.ts';
import { SeamError } from '../seam/errors.ts';
import { backfillByHand } from '../support/queue/backfill.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { readMoments, readSpan } from './moment.ts';
import { type Output, openWithSeam } from './open.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';

/** `backfill --since <time> [--until <time>]`. */
export const backfill = async (
  env: Env,
  options: Output & { since: string; until?: string },
): Promise<number> => {
  // For how they are written: before anything is opened. Then by the clock that all that is stored goes by.
  readMoments(options);
  const { context, workspaces, actor } = openWithSeam(env);
  await using _context = context;
  await context.assertMigrated();
  using interrupt = interruptible();
  const { pool } = context.database;
  const { since, until } = readSpan(options, (await readClock(pool)).now);
  const { queues, log } = context;
  await using counting = startCounting({ pool, log, onCounted: queues.news });
  const reports: (BackfillReport & { workspaceId: string | null })[] = [];
  for (const { id, seam } of workspaces) {
    const report = await backfillByHand(
      actor,
      {
        pool,
        seam,
        workspaceId: id,
        since,
        until,
        onStored: counting.nudge,
        onSlice: doneUntil => {
          const share =
            (doneUntil.getTime() - since.getTime()) / (until.getTime() - since.getTime());
          if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${Math.floor(share * 100)} %`);
        },
      },
      interrupt.signal,
    );
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
    reports.push({ ...report, workspaceId: id });
    if (interrupt.signal.aborted) break;
  }
  if (options.json) printJson({ backfills: reports.map(toJson) });
  else for (const report of reports) printReport(report);
  return ending(reports, interrupt.signal);
};

const toJson = ({ stoppedBy, ...report }: BackfillReport & { workspaceId: string | null }) => ({
  workspace_id: report.workspaceId,
  since: report.since.toISOString(),
  until: report.until.toISOString(),
  done_until: report.doneUntil.toISOString(),
  complete: stoppedBy === null && report.gaps.length === 0,
  listed: report.listed,
  missing: report.missing,
  older_than_kept: report.older,
  can_tell_after: report.prunedUntil?.toISOString() ?? null,
  gaps: report.gaps.map(({ from, until }) => ({
    from: from.toISOString(),
    until: until.toISOString(),
  })),
  hours: report.hours,
});

const printReport = (report: BackfillReport & { workspaceId: string | null }): void => {
  const { listed, missing, older, prunedUntil, hours, since, doneUntil, workspaceId } = report;
  const where = workspaceId === null ? '' : ` in workspace ${workspaceId}`;
  const were = missing === 1 ? '1 was' : `${missing} were`;
  const then = missing === 0 ? '.' : ' and have been stored; their connections will be checked.';
  if (doneUntil > since) {
    printLine(
      `Seam lists ${listed} events of our types${where} from ${since.toISOString()} until ${doneUntil.toISOString()}; ${were} missing here${then}`,
    );
  }
  if (older > 0) {
    const they = older === 1 ? '1 more is' : `${older} more are`;
    printLine(
      `${they} not here, but no newer than what was pruned (up to ${prunedUntil?.toISOString()}): whether they ever were here can't be told, so they were neither counted nor stored. "drift" compares the accounts themselves.`,
    );
  }
  if (hours.length === 0) return;
  printLine();
  printLine(
    formatTable(
      ['HOUR (UTC)', 'LISTED', 'MISSING'],
      hours.map(hour => [hour.hour.slice(0, 16), String(hour.listed), String(hour.missing)]),
    ),
  );
};

/** What was not read is never told as "nothing missing". @throws what is no trouble with Seam */
const ending = (reports: readonly BackfillReport[], signal: AbortSignal): number => {
  const stopped = reports.filter(({ stoppedBy }) => stoppedBy !== null);
  for (const { doneUntil, until } of stopped) {
    printNotice(
      `This covers events only until ${doneUntil.toISOString()}, not until ${until.toISOString()}. What was found is stored; run it again for the rest.`,
    );
  }
  for (const { gaps } of reports.filter(report => report.gaps.length > 0)) tellGaps(gaps);
  if (signal.aborted) return EXIT.interrupted;
  for (const { stoppedBy } of stopped) {
    if (!(stoppedBy instanceof SeamError)) throw stoppedBy;
    printNotice(`Seam: ${stoppedBy.message}`);
  }
  const isAny = reports.some(({ doneUntil, since }) => doneUntil > since);
  const failed: ExitCode = isAny ? EXIT.partlyDone : EXIT.failed;
  if (stopped.length > 0) return failed;
  return reports.some(({ gaps }) => gaps.length > 0) ? EXIT.partlyDone : EXIT.done;
};

const MOST_GAPS_TOLD = 5;

const tellGaps = (gaps: BackfillReport['gaps']): void => {
  const times = gaps.slice(0, MOST_GAPS_TOLD).map(({ from }) => from.toISOString());
  const more = gaps.length > times.length ? `, and ${gaps.length - times.length} more` : '';
  printNotice(
    `Seam lists more events of one instant than it gives, at ${times.join(', ')}${more}: what came is stored, others may be missing. The scheduled backfill tries again; "queue status" shows what is left.`,
  );
};
