import type { BackfillReport } from '../backfill/backfill.ts';
import { TooManyEventsError } from '../backfill/slices.ts';
import type { Env } from '../config/config.ts';
import { startCounting } from '../inbox/counting.ts';
import { interruptible } from '../ops/interrupt.ts';
import { SeamError } from '../seam/errors.ts';
import { backfillByHand } from '../support/queue/backfill.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { readSpan } from './moment.ts';
import { type Output, openWithSeam } from './open.ts';
import { formatTable, printJson, printLine, printNotice } from './print.ts';

/** `backfill --since <time> [--until <time>]`. */
export const backfill = async (
  env: Env,
  options: Output & { since: string; until?: string },
): Promise<number> => {
  const { since, until } = readSpan(options, new Date());
  const { context, workspaces, actor } = openWithSeam(env);
  await using _context = context;
  await context.assertMigrated();
  using interrupt = interruptible();
  const { pool } = context.database;
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
  complete: stoppedBy === null,
  listed: report.listed,
  missing: report.missing,
  hours: report.hours,
});

const printReport = (report: BackfillReport & { workspaceId: string | null }): void => {
  const { listed, missing, hours, since, doneUntil, workspaceId } = report;
  const where = workspaceId === null ? '' : ` in workspace ${workspaceId}`;
  const were = missing === 1 ? '1 was' : `${missing} were`;
  const then = missing === 0 ? '.' : ' and have been stored; their connections will be checked.';
  if (doneUntil > since) {
    printLine(
      `Seam lists ${listed} events of our types${where} from ${since.toISOString()} until ${doneUntil.toISOString()}; ${were} missing here${then}`,
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
  if (signal.aborted) return EXIT.interrupted;
  for (const { stoppedBy } of stopped) {
    if (!(stoppedBy instanceof SeamError || stoppedBy instanceof TooManyEventsError))
      throw stoppedBy;
    printNotice(`Seam: ${stoppedBy.message}`);
  }
  const isAny = reports.some(({ doneUntil, since }) => doneUntil > since);
  const failed: ExitCode = isAny ? EXIT.partlyDone : EXIT.failed;
  return stopped.length === 0 ? EXIT.done : failed;
};
