import type { FailureReason, ReconciliationState } from '../../model/outcome.ts';
import { reasonTitle } from '../words/reason-words.ts';
import type { ItemState } from './words.ts';

/** How the subject of an item stands that was asked for; null: it has been pruned. */
export type Stands = Readonly<{
  state: ReconciliationState;
  reason: FailureReason | null;
  generation: number;
  observedGeneration: number;
  /** Whether the last run that ended settled it. */
  isSettled: boolean;
}>;

/** What came of an item. */
export type ItemOutcome = Readonly<{
  state: Extract<ItemState, 'succeeded' | 'failed' | 'skipped'>;
  why: string | null;
}>;

const title = (reason: FailureReason | null): string =>
  reason === null ? 'failed' : reasonTitle(reason);

/**
 * What came of asking, as the reconciliation tells; null: nothing yet. Asking made it `pending`, so any
 * other state came of a look after that.
 */
export const itemOutcomeOf = (askedGeneration: number, now: Stands | null): ItemOutcome | null => {
  if (now === null) return { state: 'skipped', why: 'it has since been pruned' };
  const { state } = now;
  switch (state) {
    case 'dismissed':
      return { state: 'skipped', why: 'someone has since dismissed it' };
    case 'failed':
      return { state: 'failed', why: title(now.reason) };
    case 'retrying':
      return { state: 'failed', why: `${title(now.reason)}; retrying automatically` };
    case 'linked':
    case 'no_action':
      return { state: 'succeeded', why: null };
    case 'pending':
      // Looked at, and then news came.
      if (now.observedGeneration < askedGeneration) return null;
      return now.isSettled
        ? { state: 'succeeded', why: null }
        : { state: 'failed', why: 'and a newer event has arrived since' };
    default:
      return state satisfies never;
  }
};

/** Why an item of a plan isn't asked for any more; null: it stands as it was previewed. */
export const skippedBecause = (
  plannedGeneration: number,
  chosen: readonly ReconciliationState[],
  now: Pick<Stands, 'state' | 'generation'> | undefined,
): string | null => {
  if (now === undefined) return 'it has been pruned since the preview';
  if (now.generation !== plannedGeneration || !chosen.includes(now.state)) {
    return 'it has changed since the preview';
  }
  return null;
};
