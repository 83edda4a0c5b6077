import { accountRow, type CaseIds, metadataOf, webviewRow } from './at-seam.ts';
import type { CasePlan } from './cases.ts';
import { deliveryRow, heardOf, runRows } from './history.ts';
import { minutesBefore, timesOf } from './moments.ts';
import { personOf } from './people.ts';

/* The rows of one case, as the engine would have written them. Pure. */

type Row = Readonly<Record<string, unknown>>;
/** By table. */
export type Rows = Readonly<Record<string, readonly Row[]>>;

const claimOf = (plan: CasePlan): string | null => {
  const { id } = metadataOf(plan);
  return typeof id === 'string' ? id : null;
};

/** How a case stands, as its subject has it. */
const standingRow = (plan: CasePlan, ids: CaseIds, now: number): Row => {
  const { number, state, reason, accountState } = plan;
  const { connected, looked, troubled } = timesOf(number);
  const isOwed = state === 'retrying' || state === 'pending';
  // What nothing looks at by itself before some hours are over: people can look at it.
  const due = minutesBefore(now, isOwed ? -60 * (6 + (number % 18)) : looked);
  const isWell = accountState === null || accountState === 'connected';
  const claim = claimOf(plan);
  const isDismissed = state === 'dismissed';
  return {
    subject: `connect_webview:${ids.webview}`,
    state,
    reason,
    attempts: reason === null ? 0 : 1 + (number % 6),
    generation: isOwed ? 2 : 1,
    observed_generation: 1,
    provisional_generation: 0,
    workspace_id: ids.workspace,
    connect_webview_id: ids.webview,
    connected_account_id: ids.account,
    claimed_user_id: claim,
    named_by: claim === null ? null : 'account.metadata.id',
    also_named_by: reason === 'conflict' ? 'account.customer_key' : null,
    due_at: due,
    sweep_at: due,
    settled_at: reason === null ? minutesBefore(now, looked) : null,
    dismissed_by: isDismissed ? 'Grace' : null,
    dismissed_why: isDismissed ? `Our own test account, see ticket ${4_000 + number}.` : null,
    created_at: minutesBefore(now, connected),
    updated_at: minutesBefore(now, isWell ? looked : Math.min(looked, troubled)),
  };
};

/** Whose it is, and whose it was. */
const linkRows = (plan: CasePlan, account: string, now: number): Row[] => {
  const { number } = plan;
  const { connected } = timesOf(number);
  const link = {
    connected_account_id: account,
    user_id: personOf(number).id,
    linked_at: minutesBefore(now, connected - 0.1),
    linked_by_run: 1,
    unlinked_at: null,
    unlinked_by_run: null,
    unlinked_because: null,
  };
  const before = {
    ...link,
    user_id: personOf(number + 1).id,
    linked_at: minutesBefore(now, connected + 9_000),
    unlinked_at: minutesBefore(now, connected + 10),
    unlinked_by_run: 2,
    unlinked_because: 'relinked',
  };
  return [...(plan.hadOwner ? [before] : []), ...(plan.state === 'linked' ? [link] : [])];
};

const NOTE_EVERY = 37;

const noteRows = ({ number }: CasePlan, key: string, now: number): Row[] => {
  if (number % NOTE_EVERY !== 0) return [];
  const { name, phone } = personOf(number);
  const text = `${name} called (${phone}): ticket ${4_000 + number}. Asked them to try again.`;
  const at = minutesBefore(now, Math.max(1, timesOf(number).looked - 1));
  return [{ subject: key, text, by: number % 2 === 0 ? 'Grace' : 'Alan', at }];
};

/** All rows of a case. */
export const rowsOf = (plan: CasePlan, ids: CaseIds, now: number): Rows => {
  const standing = standingRow(plan, ids, now);
  const subject = `connect_webview:${ids.webview}`;
  const { account } = ids;
  const ofAccount = account === null ? null : `connected_account:${account}`;
  // Some accounts are spoken of by their own name, too.
  const isSpokenOf = ofAccount !== null && plan.number % 3 === 0 && plan.state === 'linked';
  const own = isSpokenOf ? [{ ...standing, subject: ofAccount }] : [];
  const heard = heardOf(plan);
  return {
    reconciliations: [standing, ...own],
    connect_webviews: [webviewRow(plan, ids, now)],
    connected_accounts: account === null ? [] : [accountRow(plan, account, ids.workspace, now)],
    links: account === null ? [] : linkRows(plan, account, now),
    runs: runRows(plan, heard, subject, now),
    deliveries: heard.map((each, index) =>
      deliveryRow(plan, ids, each, isSpokenOf && index > 2 ? ofAccount : subject, now),
    ),
    notes: noteRows(plan, ofAccount ?? subject, now),
  };
};
