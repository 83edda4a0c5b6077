import { EXPLANATIONS, type FailureReason } from '../../model/outcome.ts';
import { REASON_TITLES } from './words.ts';

/* A row may hold a reason that only a newer version knows: then it is told as it stands. */

const isKnown = (reason: string): reason is FailureReason => Object.hasOwn(EXPLANATIONS, reason);

/** A reason in a few words. */
export const reasonTitle = (reason: string): string =>
  isKnown(reason) ? REASON_TITLES[reason] : reason;

/** A reason in a sentence. */
export const reasonSentence = (reason: string): string =>
  isKnown(reason) ? EXPLANATIONS[reason].sentence : reason;
