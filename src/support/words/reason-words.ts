import { EXPLANATIONS, type FailureReason } from '../../model/outcome.ts';
import { REASON_TITLES } from './words.ts';

/* A row may hold a reason that only a newer version knows: then it is told as it stands. */

const isKnown = (reason: string): reason is FailureReason => Object.hasOwn(EXPLANATIONS, reason);

/** A reason in a few words. */
export const reasonTitle = (reason: string): string =>
  isKnown(reason) ? REASON_TITLES[reason] : reason;

/** All that is said of a reason. */
export const reasonExplained = (
  reason: string,
): Readonly<Record<'title' | 'sentence' | 'remedy', string>> =>
  isKnown(reason)
    ? { title: REASON_TITLES[reason], ...EXPLANATIONS[reason] }
    : {
        title: reason,
        sentence: UNKNOWN,
        remedy: 'Ask an engineer to bring all of us to that version.',
      };

const UNKNOWN = 'A newer version of this program has noted a reason that this one doesn’t know.';

/** A reason in a sentence. */
export const reasonSentence = (reason: string): string =>
  isKnown(reason) ? EXPLANATIONS[reason].sentence : reason;
