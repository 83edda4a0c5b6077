import type { Env } from '../config.ts';
import { type QueueStatus, readQueueStatus } from '../support/queue.ts';
import { workspaceLabel } from '../workspaces.ts';
import { EXIT } from './exit.ts';
import { type Output, openContext } from './open.ts';
import { formatTable, printJson, printLine } from './print.ts';

/** `queue status`. */
export const queueStatus = async (env: Env, options: Output): Promise<number> => {
  await using context = openContext(env);
  const status = await readQueueStatus(context.database.db, context.workspaces);
  if (options.json) {
    printJson(status);
    return EXIT.done;
  }
  const labelOf: LabelOf = id => workspaceLabel(context.workspaces, id);
  for (const hold of status.holds) {
    const label = labelOf(hold.workspace_id);
    const which = label === null ? 'HELD' : `HELD: ${label},`;
    printLine(`${which} since ${hold.since}: ${hold.sentence} (${hold.reason}: ${hold.detail})`);
    printLine(`  ${hold.remedy}`);
  }
  if (status.holds.length === 0) printLine('Nothing holds the queue.');
  const since = status.oldest_due_at === null ? '' : `, the oldest since ${status.oldest_due_at}`;
  printLine(`Looks owed: ${status.owed}; of these due and waiting: ${status.waiting}${since}.`);
  if (status.workspaces.length > 1) {
    printLine(
      formatTable(
        ['SEAM WORKSPACE', 'OWED', 'WAITING', 'OLDEST SINCE'],
        status.workspaces.map(row => [
          labelOf(row.workspace_id) ?? '(none named)',
          String(row.owed),
          String(row.waiting),
          row.oldest_due_at ?? '-',
        ]),
      ),
    );
  }
  for (const line of describeCoverage(status, labelOf)) printLine(line);
  return EXIT.done;
};

type LabelOf = (workspaceId: string | null) => string | null;

const describeCoverage = ({ coverage, silence }: QueueStatus, labelOf: LabelOf): string[] => {
  const none = 'No scheduled backfill has run yet, so nothing is said of events that never came.';
  const of = (workspaceId: string | null): string =>
    labelOf(workspaceId) === null ? '' : ` of ${labelOf(workspaceId)}`;
  return [
    ...(coverage.length === 0 ? [none] : []),
    ...coverage.flatMap(({ workspace_id, from, until, failing_since, failure }) => [
      `Every event${of(workspace_id)} until ${until} is accounted for (from ${from} on).`,
      ...(failing_since === null
        ? []
        : [`  It has not got any further since ${failing_since}: ${failure}`]),
    ]),
    ...silence.flatMap(({ workspace_id, since, events, last_webhook_event_at }) => [
      `SILENCE: no webhook brought the latest events${of(workspace_id)}: ${events} since ${since}.`,
      `  The last event that a webhook brought is of ${last_webhook_event_at ?? '(none yet)'}. The others were backfilled.`,
      '  Check that the endpoint is up, and enabled at Seam.',
    ]),
  ];
};
