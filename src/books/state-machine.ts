import type { ReconciliationState } from '../model/outcome.ts';

/** What a reconciliation is before anything was heard of its subject. */
type From = ReconciliationState | 'new';
type Transition = Readonly<{ from: readonly From[]; to: readonly ReconciliationState[] }>;

const OWED = ['pending', 'retrying'] as const satisfies ReconciliationState[];
const SETTLED = [
  'linked',
  'no_action',
  'failed',
  'dismissed',
] as const satisfies ReconciliationState[];
const ANY = [...OWED, ...SETTLED] as const;

/** In these another look is owed; in all others none is. The database refuses what isn't so (constraints.ts). */
export const OWED_STATES: readonly ReconciliationState[] = OWED;

/**
 * Every way in which a reconciliation comes to stand otherwise; the SQL of each is in changes.ts, and
 * nowhere else. docs/architecture.md draws it.
 */
export const TRANSITIONS = {
  /** News of it was counted. */
  told: { from: ['new', ...ANY], to: ['pending'] },
  /** Its events name nothing that could be looked at. */
  unusable: { from: ['new'], to: ['failed'] },
  /** Somebody asks for a look: a person, healing, a replay, drift; or it is a webview that we have just created. */
  asked: { from: ['new', ...ANY], to: ['pending'] },
  /** A run has settled it; also what a person has set aside meanwhile. */
  settled: { from: ANY, to: ['linked', 'no_action'] },
  /** A run has failed, and it is looked at again in a while. */
  failed_for_now: { from: OWED, to: ['retrying'] },
  /** A run has failed, and nothing follows by itself; also where somebody has settled it while it ran. */
  gave_up: { from: ['pending', 'retrying', 'linked', 'no_action', 'failed'], to: ['failed'] },
  /** What it failed for may be over: one more look, by healing. */
  tried_once: { from: ['failed', 'retrying'], to: ['retrying'] },
  /** It is owed a look that nobody here can take: its workspace isn't configured. */
  set_aside: { from: OWED, to: ['retrying'] },
  /** A person has done with it. */
  dismissed: { from: ['failed', 'retrying'], to: ['dismissed'] },
  reopened: { from: ['dismissed'], to: ['failed'] },
  /** Its account was linked, or is gone, as another case of the same account has it, or a person, where nobody can look. */
  closed: { from: ['failed', 'retrying', 'linked', 'dismissed'], to: ['linked', 'no_action'] },
  /** A link or an unlinking by hand was taken back: it stands as it did before. */
  restored: {
    from: ['linked', 'no_action', 'pending'],
    to: ['linked', 'no_action', 'failed', 'dismissed'],
  },
} as const satisfies Record<string, Transition>;

export type TransitionName = keyof typeof TRANSITIONS;

/** The pairs of states that a transition leads over; one to itself changes nothing that anybody sees. */
export const stepsOf = (name: TransitionName): { from: From; to: ReconciliationState }[] => {
  const { from, to }: Transition = TRANSITIONS[name];
  return from.flatMap(before =>
    to.filter(after => after !== before).map(after => ({ from: before, to: after })),
  );
};
