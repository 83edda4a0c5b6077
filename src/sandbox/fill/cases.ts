import {
  type AccountState,
  FAILURE_REASONS,
  type FailureReason,
  type ReconciliationState,
} from '../../model/outcome.ts';

/* What a desk of some size has to do with: which case stands how. The same number is always the same case. Pure. */

/** What is wrong with an account, of what support staff meet. */
export type Trouble =
  | 'lost_access'
  | 'asked_to_sign_in'
  | 'devices_elsewhere'
  | 'being_deleted'
  | null;

export type CasePlan = Readonly<{
  number: number;
  state: ReconciliationState;
  reason: FailureReason | null;
  /** Null: no account has come of it. */
  accountState: AccountState | null;
  trouble: Trouble;
  /** Of how many sign-ins in a row that failed; 0: none did. */
  failedLogins: number;
  /** The id in the metadata has this before it, which no user's has. */
  prefix: string;
  /** Which of the workspaces: 0, 1 or 2. */
  workspace: number;
  /** Whether it was somebody else's before. */
  hadOwner: boolean;
  /** How often its account lost access and got it back. */
  outages: number;
}>;

/** Of a hundred cases so many are linked and well; what the rest are, follows. */
const WELL = 70;
const OF_A_HUNDRED = 100;
/** The tenant whose ids came with a prefix: a tenth of all. */
const TENANT = 'tenant-9:';

/** Before an account is known. */
const WITHOUT_ACCOUNT: ReadonlySet<FailureReason> = new Set([
  'webview_not_found',
  'webview_pending',
  'account_not_ready',
  'event_unusable',
]);
/** These are tried again by themselves. */
const TRIED_AGAIN: ReadonlySet<FailureReason> = new Set([
  'webview_pending',
  'account_not_ready',
  'deletion_pending',
  'seam_unauthorized',
  'seam_rate_limited',
  'seam_unavailable',
  'seam_timeout',
  'users_table_unusable',
  'internal_error',
]);

const LINKED = { state: 'linked', reason: null, accountState: 'connected', trouble: null } as const;

type Standing = Pick<CasePlan, 'state' | 'reason' | 'accountState' | 'trouble'>;

const failing = (round: number): Standing => {
  const reason = FAILURE_REASONS[round % FAILURE_REASONS.length] ?? 'user_not_found';
  const isTriedAgain = TRIED_AGAIN.has(reason) && round % 4 !== 0;
  return {
    state: isTriedAgain ? 'retrying' : 'failed',
    reason,
    accountState: WITHOUT_ACCOUNT.has(reason) ? null : 'connected',
    trouble: null,
  };
};

const standingOf = (number: number): Standing => {
  const place = number % OF_A_HUNDRED;
  const round = Math.floor(number / OF_A_HUNDRED);
  if (place < WELL) return LINKED;
  if (place < 75) return { ...LINKED, accountState: 'disconnected', trouble: 'lost_access' };
  if (place < 77)
    return { ...LINKED, accountState: 'reauthorization_requested', trouble: 'asked_to_sign_in' };
  if (place === 77)
    return { ...LINKED, accountState: 'disconnected', trouble: 'devices_elsewhere' };
  if (place === 78) return { ...LINKED, accountState: 'being_deleted', trouble: 'being_deleted' };
  if (place === 79)
    return { state: 'no_action', reason: null, accountState: 'deleted', trouble: null };
  if (place < 82) return { state: 'no_action', reason: null, accountState: null, trouble: null };
  if (place === 82) return { ...failing(round), state: 'dismissed' };
  // A tenth: the tenant whose ids have a prefix.
  if (place < 93) {
    return { state: 'failed', reason: 'user_not_found', accountState: 'connected', trouble: null };
  }
  return failing(round * 7 + place);
};

const workspaceOf = (number: number): number => {
  if (number % 10 === 9) return 2;
  return number % 5 === 4 ? 1 : 0;
};

const outagesOf = (number: number): number => {
  if (number % 23 === 0) return 2;
  return number % 7 === 0 ? 1 : 0;
};

const planCase = (number: number): CasePlan => {
  const place = number % OF_A_HUNDRED;
  const standing = standingOf(number);
  const hasFailed = standing.state === 'no_action' && standing.accountState === null;
  return {
    number,
    ...standing,
    failedLogins: hasFailed ? 1 + (number % 4) : 0,
    prefix: place >= 83 && place < 93 ? TENANT : '',
    workspace: workspaceOf(number),
    hadOwner: standing.accountState !== null && number % 19 === 0,
    outages: standing.state === 'linked' ? outagesOf(number) : 0,
  };
};

/** @param count how many cases */
export const planCases = (count: number): CasePlan[] =>
  Array.from({ length: count }, (_, number) => planCase(number));
