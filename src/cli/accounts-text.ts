import { EXPLANATIONS, type FailureReason } from '../model/outcome.ts';
import type { Trouble } from '../reconcile/account-state.ts';
import type { AccountCase, SeamsView } from '../support/accounts/account.ts';
import type { AccountSummary } from '../support/accounts/accounts.ts';
import type { Aftermath, Refusal } from '../support/accounts/change.ts';
import type { DeletionResult } from '../support/accounts/delete.ts';
import type { Difference } from '../support/accounts/differences.ts';
import type { UpdateResult } from '../support/accounts/update.ts';
import { nthTime, UNLINKED_WORDS } from '../support/words/words.ts';
import { formatTable } from './print.ts';

export const indent = (text: string): string => text.replace(/^/gm, '  ');

/** What came from outside must not move the cursor or start a line of its own. */
const oneLine = (text: string): string => text.replace(/\p{C}/gu, '�');

/** An error or warning of an account in words, and what to do about it. */
export const describeTrouble = (trouble: Trouble): string[] => {
  const { kind, code, sentence, remedy, message, device_ids } = trouble;
  const isQuoted = message !== null && sentence.includes(message);
  return [
    `${kind === 'error' ? 'Error' : 'Warning'}: ${sentence} (${code ?? 'no code'})`,
    ...(device_ids.length === 0 ? [] : [`  Devices: ${device_ids.join(', ')}`]),
    ...(message === null || isQuoted ? [] : [`  Seam says: “${message}”`]),
    `  ${remedy}`,
  ].map(oneLine);
};

export const tableOfAccounts = (accounts: readonly AccountSummary[]): string =>
  formatTable(
    ['STATE', 'SINCE', 'ACCOUNT', 'KIND', 'NAME', 'USER', 'LAST CHECKED', 'PROBLEMS'],
    accounts.map(account => [
      account.state,
      account.state_since ?? '-',
      account.connected_account_id,
      account.account_type ?? '-',
      account.display_name ?? '-',
      account.user_id ?? '-',
      account.read_at,
      account.troubles.map(({ sentence }) => sentence).join(' '),
    ]),
  );

/** `account show`, in words. */
export const describeAccount = (found: AccountCase): string => {
  const { here, seam, differences, links, events } = found;
  return [
    `${found.connected_account_id}: ${here?.state ?? 'not known here'}`,
    ...(here === null
      ? []
      : [
          `  ${oneLine([here.account_type, here.display_name].filter(Boolean).join(', ')) || '(no details)'}; ${here.user_id === null ? 'not linked' : `linked to ${here.user_id}`}; checked at ${here.read_at}`,
          ...describeStory(here).map(indent),
          ...(here.time_zone === null ? [] : [`  time zone ${oneLine(here.time_zone)}`]),
          `  metadata ${oneLine(JSON.stringify(here.custom_metadata))}`,
          ...here.troubles.flatMap(describeTrouble).map(indent),
        ]),
    ...describeSeam(seam, differences),
    ...table('LINKED TO', ['BY', 'SINCE', 'UNTIL', 'BECAUSE'], links, link => [
      link.user_id,
      link.linked_by,
      link.linked_at,
      link.unlinked_at ?? '(now)',
      link.unlinked_because === null ? '' : UNLINKED_WORDS[link.unlinked_because],
    ]),
    ...table('EVENT', ['OCCURRED', 'EVENT ID'], events, event => [
      event.event_type,
      event.occurred_at,
      event.event_id,
    ]),
  ].join('\n');
};

/** How an account has stood; nothing where there is nothing to tell. */
const describeStory = ({ state, ...story }: AccountSummary): string[] => {
  const { state_since: since, last_connected_at: last, times_disconnected: times } = story;
  if (state === 'connected') {
    const before = times === 1 ? 'once' : `${times} times`;
    return times === 0
      ? []
      : [`disconnected ${before} before, connected again ${sinceWords(since)}`];
  }
  if (state === 'deleted') return [];
  const nth = state === 'disconnected' ? nthTime(times) : null;
  return [
    `${state} ${sinceWords(since)}${nth === null ? '' : `, ${nth}`}; last seen working at ${last ?? 'a time that isn’t known'}`,
  ];
};

const sinceWords = (at: string | null): string =>
  at === null ? '(since when isn’t known)' : `since ${at}`;

const table = <Row>(
  first: string,
  headings: readonly string[],
  rows: readonly Row[],
  cells: (row: Row) => string[],
): string[] =>
  rows.length === 0 ? [] : ['', indent(formatTable([first, ...headings], rows.map(cells)))];

const describeSeam = (seam: SeamsView, differences: readonly Difference[]): string[] => {
  switch (seam.kind) {
    case 'not_told':
      return [`  Seam's current view isn't known: ${oneLine(seam.why)}.`];
    case 'unknown':
      return differences.length === 0
        ? ['  Seam no longer has this account, which matches our record.']
        : [
            '  Seam no longer has this account, which we haven\'t recorded yet: "retry" checks again.',
          ];
    case 'shown':
      return differences.length === 0
        ? ['  Seam shows the same now.']
        : [
            '  Seam shows something different now ("retry" checks again):',
            ...differences.map(({ field, here, seam: shown }) =>
              oneLine(
                `    ${field}: here ${JSON.stringify(here)}, in Seam ${JSON.stringify(shown)}`,
              ),
            ),
          ];
    default:
      return seam satisfies never;
  }
};

type Updated = Exclude<UpdateResult, Refusal>;

const partWords = (parts: readonly string[]): string =>
  parts.map(part => part.replace(/^custom_/, '').replaceAll('_', ' ')).join(', ');

/** What became of an update at Seam, as far as Seam shows it. */
export const describeUpdate = (updated: Updated): string => {
  const { connected_account_id: id, seam, changed, differing, custom_metadata } = updated;
  switch (seam) {
    case 'updated':
      return `${id}: ${partWords(changed)} changed in Seam.`;
    case 'as_it_was':
      return `${id}: Seam already had it so.`;
    case 'differs': {
      const metadata = differing.includes('custom_metadata')
        ? ` (metadata ${JSON.stringify(custom_metadata)})`
        : '';
      return oneLine(
        `${id}: Seam accepted the change, but shows something else now: ${partWords(differing)}${metadata}. Someone else may have changed it at the same time. Check it, and try again.`,
      );
    }
    case 'not_read':
      return `${id}: Seam accepted the change, but didn't answer when asked what it shows now.`;
    default:
      return seam satisfies never;
  }
};

export const OVERTAKEN =
  'This took so long that someone else may have changed the account at the same time, and their change may be lost. Check it.';

export const DELETIONS = {
  deleted: 'deleted in Seam.',
  gone_before: 'Seam no longer had this account; it was already gone.',
  still_shown: 'Seam accepted the deletion, but still shows the account.',
  not_read: "Seam accepted the deletion, but didn't answer when asked whether it is gone.",
} as const satisfies Record<Exclude<DeletionResult, Refusal>['seam'], string>;

/** What is still to come, or wrong, once something was done at Seam. */
export const describeAftermath = ({ looks_owed, failures }: Aftermath): string[] => [
  ...(looks_owed.length === 0
    ? []
    : [
        `Seam has been told. The check that follows is still owed (${looks_owed.join(', ')}) and runs once a worker is free: see "show".`,
      ]),
  ...failures.map(({ subject, reason }) => {
    const words = Object.hasOwn(EXPLANATIONS, reason)
      ? EXPLANATIONS[reason as FailureReason]
      : null;
    return `${subject}: ${words === null ? reason : `${words.sentence} (${reason}) ${words.remedy}`}`;
  }),
];
