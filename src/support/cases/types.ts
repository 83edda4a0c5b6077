import type { ChangeRecord } from '../../audit-log/read.ts';
import type { AccountState, FailureReason, ReconciliationState } from '../../model/outcome.ts';
import type { StateStory } from '../accounts/accounts.ts';
import type { Stopped } from '../finding/standings.ts';
import type { StateWords } from '../words/standing-words.ts';
import type { DeliveryRecord, RunRecord } from './history.ts';
import type { LinkRecord, Unlinked } from './link-history.ts';
import type { NextStep } from './next-step.ts';
import type { Note } from './notes.ts';
import type { Summary } from './summary.ts';

/* What a case is made of: what the API answers, and what the page shows. */

export type CaseWebview = Readonly<{
  connect_webview_id: string;
  /** Seam's: `pending`, `authorized`, `failed`. */
  status: string;
  /** The provider that the user chose in it: Seam's key. */
  selected_provider: string | null;
  authorized_at: string | null;
  /** What Seam said of a login that failed, as this person may read it. */
  failure_description: string | null;
  created_at: string | null;
  /** When Seam last showed it. */
  read_at: string;
}>;

export type CaseAccount = Readonly<{
  connected_account_id: string;
  state: AccountState;
  type: string | null;
  /** The name and the e-mail (or the like); masked for whoever may not see it. */
  display_name: string | null;
  identifier: string | null;
  image_url: string | null;
  time_zone: string | null;
  created_at: string | null;
  read_at: string;
  deleted_at: string | null;
}> &
  StateStory;

export type CaseUser = Readonly<{
  user_id: string;
  /** Linked to now; or only named by the metadata; or whom we made the webview for. */
  how: 'linked' | 'named' | 'expected';
  name: string | null;
  email: string | null;
  /** Whether that is one of our users; null where their table can't be read. */
  is_ours: boolean | null;
}>;

export type CaseOther = Readonly<{
  subject: string;
  state: ReconciliationState;
  reason: FailureReason | null;
  updated_at: string;
}>;

/** The lists of a case; `more` says which have older ones than these. */
type Lists = Readonly<{
  others: readonly CaseOther[];
  links: readonly LinkRecord[];
  runs: readonly RunRecord[];
  deliveries: readonly DeliveryRecord[];
  notes: readonly Note[];
  changes: readonly ChangeRecord[];
}>;

export type Case = Summary &
  Lists &
  Readonly<{
    /** The name that leads to it, in addresses. */
    case: string;
    /** All that it is made of; the first, which `subject` names, says how it stands. */
    subjects: readonly string[];
    /** In plain words: how it stands, and what is to be done. */
    headline: string;
    /** How the lock account stands, where that stopped, or the sign-in never got through; null: nothing of the kind. */
    standing: Stopped | null;
    /** What is to be done, and the button that does it. */
    next_step: NextStep;
    /** How it stands in a few words, in its colour. */
    badge: StateWords;
    explanation: Readonly<{ title: string; sentence: string; remedy: string }> | null;
    /** Of all of its subjects together, as `dismiss` holds it against what there is by then. */
    generation: number;
    observed_generation: number;
    next_look_at: string | null;
    /** Whether a look is being had right now. */
    under_way: boolean;
    first_heard_at: string;
    webview: CaseWebview | null;
    account: CaseAccount | null;
    user: CaseUser | null;
    /** That someone unlinked the account, which nobody has for that; null: that isn't so. */
    unlinked: Unlinked | null;
    more: Readonly<Record<keyof Lists, boolean>>;
  }>;

/** Where the long lists of a case begin. */
export type CasePages = Readonly<{
  runsBefore?: number | undefined;
  deliveriesBefore?: string | undefined;
  notesBefore?: number | undefined;
}>;
