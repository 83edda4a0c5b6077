import type { ReconciliationState } from '../../model/outcome.ts';
import type { CaseMembers } from '../cases/members.ts';
import { STATE_WORDS } from '../words/words.ts';
import type { Reader, UndoableRow } from './rows.ts';

/** All that a case is, and was, called by. */
export const namesOf = ({ key, subjects, webviewIds }: CaseMembers): string[] => [
  ...new Set([key, ...subjects, ...webviewIds.map(id => `connect_webview:${id}`)]),
];

/** What was done to a case after a change. */
export type Later = Readonly<{ action: string; by: string; undoes: boolean }>;

/** What makes no sense of an earlier one any more, once it was done. */
const AFTER = {
  dismiss: ['dismiss', 'reopen'],
  reopen: ['dismiss', 'reopen', 'retry', 'link', 'unlink', 'undo_link', 'undo_unlink'],
  assign: ['assign'],
  snooze: ['snooze', 'end_snooze'],
} as const satisfies Record<Exclude<UndoableRow['action'], 'link' | 'unlink'>, readonly string[]>;
type Followed = keyof typeof AFTER;

/**
 * The first thing of its kind that somebody did to the case since; null: nobody did any.
 *
 * @param names of the case
 */
export const laterThan = async (
  on: Reader,
  { id, action }: Readonly<{ id: number; action: Followed }>,
  names: readonly string[],
  /** Of what is being undone right now: what has its number, or a later one, is not meant. */
  before: number | null = null,
): Promise<Later | null> => {
  const { rows } = await on.query<Later>(
    `select action, actor_name as by, coalesce(after->>'undone' = $2::text, false) as undoes
       from reconciler.audit_log
      where target = any($1) and id > $2::bigint and action = any($3) and ($4::bigint is null or id < $4)
      order by id limit 1`,
    [names, String(id), AFTER[action], before],
  );
  return rows[0] ?? null;
};

const SINCE: Readonly<Record<string, string>> = {
  dismiss: 'dismissed it',
  reopen: 'reopened it',
  retry: 'retried it',
  link: 'linked it to a user',
  unlink: 'unlinked it',
  undo_link: 'undid a link of it',
  undo_unlink: 'undid an unlinking of it',
  assign: 'assigned it',
  snooze: 'snoozed it',
  end_snooze: 'ended its snooze',
};

/** Why what came after it leaves nothing to undo. Pure. */
export const whyLater = ({ action, by, undoes }: Later): string =>
  undoes
    ? `It was already undone, by ${by}.`
    : `Since then ${by} ${SINCE[action] ?? 'changed it'}.`;

/** Pure. */
export const nowIs = (state: ReconciliationState): string =>
  `By now its state is "${STATE_WORDS[state].label}".`;

export const GONE = 'The connection is no longer kept here.';
