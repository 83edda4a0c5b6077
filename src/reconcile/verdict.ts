import type {
  FailureReason,
  ReconciliationState,
  SettledOutcome,
  UnlinkedBecause,
} from '../model/outcome.ts';

/** What to do about the link of the account. `because`: why the one that stands now ends. */
export type LinkChange =
  | { kind: 'none' }
  | {
      kind: 'link_to';
      userId: string;
      because: Extract<UnlinkedBecause, 'relinked' | 'seam_differs'>;
    }
  /** The link is provisional or made by hand, and Seam says the same. */
  | { kind: 'confirm' }
  | {
      kind: 'end';
      because: Extract<UnlinkedBecause, 'account_deleted' | 'account_gone' | 'seam_differs'>;
    };

/** What a run comes to. */
export type Verdict =
  | Readonly<{
      kind: 'settled';
      outcome: Exclude<SettledOutcome, 'superseded'>;
      state: Extract<ReconciliationState, 'linked' | 'no_action'>;
      link: LinkChange;
    }>
  | Readonly<{ kind: 'superseded' }>
  | Readonly<{
      kind: 'failed';
      reason: FailureReason;
      detail: string;
      link: LinkChange;
      /** What it comes to once it has been waited for in vain, where something else is known by then. */
      atLast?: Extract<Verdict, { kind: 'settled' }>;
    }>;

export const NO_CHANGE: LinkChange = { kind: 'none' };

export const failed = (
  reason: FailureReason,
  detail: string,
  link: LinkChange = NO_CHANGE,
): Verdict => ({
  kind: 'failed',
  reason,
  detail,
  link,
});

export const settled = (
  outcome: Exclude<SettledOutcome, 'superseded'>,
  state: 'linked' | 'no_action',
  link: LinkChange = NO_CHANGE,
): Verdict => ({ kind: 'settled', outcome, state, link });
