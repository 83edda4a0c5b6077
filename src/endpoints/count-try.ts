import type { Answer } from './answer.ts';
import type { Leased } from './lease.ts';
import type { Due } from './owed.ts';
import type { Sender } from './sender.ts';

/** Of a message that was told before, and is sent again, how long it took says nothing. */
export const countTry = (
  { instruments }: Sender,
  { id, kind }: Leased,
  { changedAt }: Due,
  { status, fault, durationMs }: Answer,
): void => {
  const isReached = status !== null || kind === 'hook';
  const outcome = fault === null ? 'taken' : isReached ? 'refused' : 'unreached';
  instruments?.attempt(id, outcome, durationMs / 1_000);
  if (fault === null && changedAt !== null) {
    instruments?.told((performance.now() - changedAt) / 1_000);
  }
};
