import type { Env } from '../config/config.ts';
import { type Workspace, workspaceLabel } from '../config/workspaces.ts';
import { pauseQueue, resumeQueue } from '../support/queue/pause.ts';
import { type QueueStatus, readQueueStatus } from '../support/queue/status.ts';
import { owedText, waitingText } from '../support/queue/words.ts';
import { EXIT } from './exit.ts';
import { type Output, openContext, openDesk } from './open.ts';
import { formatTable, printJson, printLine } from './print.ts';

/** `queue status`. */
export const queueStatus = async (env: Env, options: Output): Promise<number> => {
  await using context = openContext(env);
  const status = await readQueueStatus(context.database.db, context.actor, context.workspaces);
  if (options.json) {
    printJson(status);
    return EXIT.done;
  }
  const labelOf: LabelOf = id => workspaceLabel(context.workspaces, id);
  if (status.open_alerts > 0) {
    printLine(`ALERTS open: ${status.open_alerts} ("alert list" shows them).`);
  }
  for (const line of describePauses(status, labelOf)) printLine(line);
  for (const hold of status.holds) {
    const label = labelOf(hold.workspace_id);
    const which = label === null ? 'HELD' : `HELD: ${label},`;
    printLine(`${which} since ${hold.since}: ${hold.sentence} (${hold.reason}: ${hold.detail})`);
    printLine(`  ${hold.remedy}`);
  }
  for (const line of describeTelling(status)) printLine(line);
  if (status.holds.length + status.pauses.length === 0)
    printLine('The queue is running: nothing holds or pauses it.');
  const since = status.oldest_due_at === null ? '' : `, the oldest since ${status.oldest_due_at}`;
  printLine(`Checks owed: ${owedText(status)}; due and waiting: ${waitingText(status)}${since}.`);
  if (status.uncounted > 0) {
    printLine(`Deliveries stored and still to be counted: ${status.uncounted}.`);
  }
  if (status.conflicting > 0) {
    printLine(
      `Events that came again with another body (the first one counts): ${status.conflicting}.`,
    );
  }
  for (const line of describeSetAside(status)) printLine(line);
  if (status.workspaces.length > 1) {
    printLine(
      formatTable(
        ['SEAM WORKSPACE', 'OWED', 'WAITING', 'OLDEST SINCE'],
        status.workspaces.map(row => [
          labelOf(row.workspace_id) ?? '(none named)',
          owedText(row),
          waitingText(row),
          row.oldest_due_at ?? '-',
        ]),
      ),
    );
  }
  for (const line of describeCoverage(status, labelOf)) printLine(line);
  if (status.processes.length > 0) printLine(processTable(status.processes));
  return EXIT.done;
};

const describeSetAside = ({ set_aside, latest_set_aside }: QueueStatus): string[] =>
  set_aside === 0
    ? []
    : [
        `Events set aside, as they are the word of another workspace: ${set_aside}. They change nothing. The latest:`,
        formatTable(
          ['RECEIVED', 'EVENT', 'CONNECTION', 'WHY'],
          latest_set_aside.map(row => [row.received_at, row.event_type, row.subject, row.why]),
        ),
      ];

/** `queue pause`. */
export const queuePause = async (
  env: Env,
  options: Output & { why: string; workspace?: string },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const { workspaces } = desk.config;
  const workspaceId = findWorkspace(workspaces, options.workspace);
  const pause = await pauseQueue(desk, actor, { workspaceId, why: options.why });
  if (options.json) printJson({ pause });
  else {
    const label = workspaceLabel(workspaces, pause.workspace_id) ?? 'The queue';
    printLine(`${label} is paused. Webhooks are still stored and answered.`);
    printLine(howToResume(pause.workspace_id));
  }
  return EXIT.done;
};

/** `queue resume`. */
export const queueResume = async (
  env: Env,
  options: Output & { workspace?: string },
): Promise<number> => {
  await using opened = openDesk(env);
  const { desk, actor } = opened;
  const { workspaces } = desk.config;
  const workspaceId = findWorkspace(workspaces, options.workspace);
  const ended = await resumeQueue(desk, actor, { workspaceId });
  if (options.json) printJson({ resumed: ended });
  else {
    const label = workspaceLabel(workspaces, ended.workspace_id) ?? 'The queue';
    printLine(`${label} is resumed. ${ended.by} had paused it since ${ended.since}: ${ended.why}`);
  }
  return EXIT.done;
};

/** By id or name; whoever names none means all. An id that isn't configured may still be paused. */
const findWorkspace = (
  workspaces: readonly Workspace[],
  wanted: string | undefined,
): string | null => {
  if (wanted === undefined) return null;
  return workspaces.find(({ id, name }) => [id, name].includes(wanted))?.id ?? wanted;
};

const describePauses = ({ pauses }: QueueStatus, labelOf: LabelOf): string[] =>
  pauses.flatMap(({ workspace_id, by, since, why }) => {
    const label = labelOf(workspace_id);
    const which = label === null ? 'PAUSED' : `PAUSED: ${label},`;
    return [`${which} by ${by} since ${since}: ${why}`, `  ${howToResume(workspace_id)}`];
  });

/** What is in the way of telling the app. */
const describeTelling = ({ telling }: QueueStatus): string[] => {
  const { unarranged_sentence, unarranged_since, unarranged_remedy, endpoints } = telling;
  return [
    ...(unarranged_sentence === null
      ? []
      : [
          `NOT TOLD: ${unarranged_sentence} The oldest since ${unarranged_since}.`,
          `  ${unarranged_remedy}`,
        ]),
    ...endpoints.flatMap(({ endpoint_id: id, sentence, since, fault, remedy }) => [
      `NOT TOLD: ${[sentence, since && `Since ${since}.`, fault].filter(Boolean).join(' ')}`,
      `  ${remedy} See "endpoint show ${id}".`,
    ]),
  ];
};

const howToResume = (workspaceId: string | null): string =>
  `"queue resume${workspaceId === null ? '' : ` --workspace ${workspaceId}`}" resumes it.`;

const processTable = (processes: QueueStatus['processes']): string =>
  formatTable(
    ['PROCESS', 'HOST', 'PID', 'VERSION', 'LAST SEEN', 'IN PROGRESS', 'LAST RUN', 'TROUBLE'],
    processes.map(({ kind, host, pid, version, seen_at, lost, worker }) => [
      kind,
      host,
      String(pid),
      version,
      lost ? `LOST since ${seen_at}` : seen_at,
      worker === null ? '-' : `${worker.running} of ${worker.concurrency}`,
      worker?.progress_at ?? '-',
      worker?.trouble ?? '',
    ]),
  );

type LabelOf = (workspaceId: string | null) => string | null;

const MOST_GAPS = 10;

const describeCoverage = ({ coverage, gaps, silence }: QueueStatus, labelOf: LabelOf): string[] => {
  const none = 'No scheduled backfill has run yet, so missed events are not known.';
  const of = (workspaceId: string | null): string =>
    labelOf(workspaceId) === null ? '' : ` from ${labelOf(workspaceId)}`;
  return [
    ...(coverage.length === 0 ? [none] : []),
    ...coverage.flatMap(({ workspace_id, from, until, failing_since, failure }) => [
      `Every event${of(workspace_id)} between ${from} and ${until} is accounted for${gaps.some(gap => gap.workspace_id === workspace_id) ? ', except in the gaps' : ''}.`,
      ...(failing_since === null
        ? []
        : [`  Backfills have failed since ${failing_since}: ${failure}`]),
    ]),
    ...gaps
      .slice(0, MOST_GAPS)
      .map(
        ({ workspace_id, from, until, why, tries, next_try_at }) =>
          `GAP${of(workspace_id)}: from ${from} until ${until}. ${why} What came is stored; tried again ${tries} times, next at ${next_try_at}.`,
      ),
    ...(gaps.length > MOST_GAPS ? [`  and more gaps (--json lists up to 100).`] : []),
    ...silence.flatMap(({ workspace_id, since, events, last_webhook_event_at }) => [
      `SILENCE: no webhook delivered the latest events${of(workspace_id)}: ${events} since ${since}.`,
      `  Last event delivered by a webhook: ${last_webhook_event_at ?? 'none yet'}. The others were backfilled.`,
      '  Check that the endpoint is up, and enabled in Seam.',
    ]),
  ];
};
