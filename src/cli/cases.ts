import type { Config, Env } from '../config/config.ts';
import { workspaceLabel } from '../config/workspaces.ts';
import {
  EXPLANATIONS,
  type FailureReason,
  type RunOutcome,
  type Trigger,
} from '../model/outcome.ts';
import { causeIn } from '../reconcile/account-state.ts';
import { findMatches, type Match } from '../support/cases/find.ts';
import { type HeadlineFacts, headline } from '../support/cases/headline.ts';
import { namedTwice } from '../support/cases/named-twice.ts';
import { nextStep } from '../support/cases/next-step.ts';
import { reconnectWords } from '../support/cases/reconnects.ts';
import { type RetryResult, retry as retryAll } from '../support/cases/retry.ts';
import { setAsideWords } from '../support/cases/set-aside.ts';
import { standingOfAccount } from '../support/cases/standing.ts';
import {
  OUTCOME_WORDS,
  REASON_TITLES,
  STATE_WORDS,
  TRIGGER_WORDS,
  UNLINKED_UNTIL,
} from '../support/words/words.ts';
import { describeTrouble, indent } from './accounts-text.ts';
import { CHANGE_HEADINGS, changeRow } from './audit-log.ts';
import { inColor, styleOf } from './color.ts';
import { CommandError, EXIT } from './exit.ts';
import { type Output, openContext, openDesk } from './open.ts';
import { formatTable, printJson, printLine } from './print.ts';
import { describeTimelines } from './timeline-text.ts';
import { describeTold } from './told-text.ts';

export const nothingFound = (id: string): CommandError =>
  new CommandError(
    `No match for '${id}'. Check for a typo, or search by connected account id.`,
    EXIT.notFound,
  );

/** `show <id>`. */
export const show = async (env: Env, id: string, options: Output): Promise<number> => {
  await using context = openContext(env);
  const matches = await findMatches(context.database.db, context.actor, id);
  if (options.json) printJson({ matches });
  if (matches.length === 0) throw nothingFound(id);
  if (!options.json) {
    const { db } = context.database;
    printLine(matches.map(match => describeMatch(match, context.workspaces)).join('\n\n'));
    for (const line of await describeTimelines(db, context.actor, matches)) printLine(line);
  }
  return EXIT.done;
};

const describeMatch = (match: Match, workspaces: Config['workspaces']): string => {
  const owed = match.next_look_at === null ? '' : `, next check at ${match.next_look_at}`;
  const lines = [
    `${match.subject}: ${inColor(styleOf(match), `${STATE_WORDS[match.state].label} (${match.state})`)}${owed}`,
    `  ${headline(factsOf(match))}`,
    ...explain(match),
    ...(match.workspace_id === null
      ? []
      : [`  Seam workspace ${workspaceLabel(workspaces, match.workspace_id)}`]),
    ...describeExpected(match),
    `  webview ${match.connect_webview_id ?? '-'} → account ${match.connected_account_id ?? '-'} → user ${match.user_id ?? '-'}`,
    ...(match.provisional ? [PROVISIONAL] : []),
    ...(match.linked_by === 'person' ? [BY_HAND] : []),
    ...describeUnlinked(match),
    ...[namedTwice(match) ?? []].flat().map(indent),
    ...(match.account_state === null
      ? []
      : [
          `  the account is ${match.account_state}${match.account_state === 'connected' || match.account_state_since === null ? '' : ` since ${match.account_state_since}`}`,
        ]),
    ...match.account_troubles.flatMap(describeTrouble).map(indent),
    ...describeTold(match.last_message),
    `  generation ${match.observed_generation} of ${match.generation} checked, failed attempts: ${match.attempts}`,
    '',
    indent(
      formatTable(
        ['RUN', 'TRIGGERED BY', 'OUTCOME', 'STARTED', 'TOOK', 'DETAIL'],
        match.runs.map(run => [
          String(run.id),
          triggerWords(run.trigger),
          outcomeWords(run),
          run.started_at,
          run.finished_at === null
            ? '-'
            : `${Date.parse(run.finished_at) - Date.parse(run.started_at)} ms`,
          [
            run.detail,
            run.seam_request_id && `Seam request ${run.seam_request_id}`,
            run.trace_id && `trace ${run.trace_id}`,
          ]
            .filter(Boolean)
            .join('; '),
        ]),
      ),
    ),
    '',
    indent(
      formatTable(
        ['DELIVERY', 'EVENT', 'RECEIVED', 'BY'],
        match.deliveries.map(d => [
          d.event_id,
          d.event_type,
          d.received_at,
          d.set_aside === null
            ? d.source
            : `${d.source}, set aside: ${setAsideWords({ ...d.set_aside, belongs_to: match.workspace_id }, d.source, workspaces)}`,
        ]),
      ),
    ),
    ...describeNotes(match),
    ...describeChanges(match),
  ];
  return lines.join('\n');
};

/** As the console says it. */
const factsOf = (match: Match): HeadlineFacts => ({
  state: match.state,
  reason: match.reason,
  accountType: null,
  hasAccount: match.connected_account_id !== null,
  accountState: match.account_state,
  standing: standingOfAccount(match.account_state, match.account_troubles),
  cause: causeIn(match.account_troubles),
  user: match.user_id,
  isProvisional: match.provisional,
  isUnlinked: match.unlinked !== null,
});

const describeNotes = ({ notes }: Match): string[] => {
  if (notes.length === 0) return [];
  const rows = notes.map(({ at, by, text }) => [at, by, text.replaceAll('\n', ' ')]);
  return ['', indent(formatTable(['NOTED', 'BY', 'TEXT'], rows))];
};

const describeChanges = ({ changes }: Match): string[] =>
  changes.length === 0 ? [] : ['', indent(formatTable(CHANGE_HEADINGS, changes.map(changeRow)))];

/** Versions before and after this one may write others: those as they are. */
const triggerWords = (trigger: string): string =>
  Object.hasOwn(TRIGGER_WORDS, trigger) ? TRIGGER_WORDS[trigger as Trigger] : trigger;

const outcomeWords = ({ outcome, reason }: Match['runs'][number]): string => {
  if (reason !== null) {
    const title = Object.hasOwn(REASON_TITLES, reason)
      ? REASON_TITLES[reason as FailureReason]
      : reason;
    return `Failed: ${title} (${reason})`;
  }
  if (outcome === null) return 'Not finished';
  return Object.hasOwn(OUTCOME_WORDS, outcome) ? OUTCOME_WORDS[outcome as RunOutcome] : outcome;
};

const describeExpected = (match: Match): string[] => {
  if (match.expected_user_id === null) return [];
  const isOpen = match.connected_account_id === null;
  const madeFor = reconnectWords(match);
  return [
    `  created here for user ${match.expected_user_id}${isOpen ? ', who has yet to finish it' : ''}`,
    ...(madeFor === null ? [] : [`  ${madeFor}`]),
  ];
};

const PROVISIONAL =
  "  The link is provisional: made from a signed event while Seam couldn't be reached, and not yet confirmed by Seam.";

const BY_HAND =
  '  The link was made by hand: it stands until Seam names another user for the account.';

const describeUnlinked = ({ unlinked }: Match): string[] => {
  if (unlinked === null) return [];
  const { user_id: user, by, at, why, audit_id: number } = unlinked;
  return [
    `  Unlinked by hand (from ${user}) by ${by ?? 'someone'} at ${at}${why === null ? '' : `: ${why}`}`,
    `  ${UNLINKED_UNTIL} (undo-link ${number})`,
  ];
};

const explain = (match: Match): string[] => {
  const { reason } = match;
  if (reason === null || !Object.hasOwn(EXPLANATIONS, reason)) return [];
  return [`  ${EXPLANATIONS[reason].sentence} (${reason})`, `  ${nextStep(factsOf(match)).what}`];
};

/** `retry <id>`. */
export const retry = async (env: Env, id: string, options: Output): Promise<number> => {
  await using opened = openDesk(env);
  const results = await retryAll(opened.desk, opened.actor, id);
  if (options.json) printJson({ results });
  if (results.length === 0) throw nothingFound(id);
  if (!options.json) for (const result of results) printLine(describeRetry(result));
  const refused = results.filter(result => result.result === 'refused').length;
  if (refused === 0) return EXIT.done;
  return refused === results.length ? EXIT.refused : EXIT.partlyDone;
};

const describeRetry = (result: RetryResult): string => {
  switch (result.result) {
    case 'asked': {
      const when = result.queued
        ? 'queued'
        : "the queue can't be reached, so the check follows once it is back";
      return `${result.subject}: retry requested (generation ${result.from_generation} → ${result.to_generation}); ${when}.`;
    }
    case 'refused':
      return `${result.subject}: refused: ${result.why}.`;
    default:
      return result satisfies never;
  }
};
