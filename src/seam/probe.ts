import type { FailureReason } from '../model/outcome.ts';
import type { Seam } from './client.ts';
import { SeamError, type SeamReason } from './errors.ts';

/** The reasons that a question of their own is asked about. */
const ASKED_ABOUT: ReadonlySet<FailureReason> = new Set<SeamReason>([
  'seam_forbidden',
  'workspace_suspended',
]);
const isAskedAbout = (reason: FailureReason): reason is SeamReason => ASKED_ABOUT.has(reason);

/** What Seam is asked to see whether it fails us for this reason still; null: anything. */
export const questionAbout = (reason: FailureReason): SeamReason | null =>
  isAskedAbout(reason) ? reason : null;

/**
 * Whether Seam answers us now.
 *
 * @param about what it failed us for: a workspace may be shown while it is suspended, and by a key that may read nothing else
 * @throws what is no fault of Seam's; the signal's reason when it fires
 */
export const answers = async (
  seam: Pick<Seam, 'probe'>,
  signal: AbortSignal,
  about: FailureReason,
): Promise<boolean> => {
  try {
    await seam.probe(signal, questionAbout(about));
    return true;
  } catch (error) {
    // A key that may not see its workspace is answered all the same.
    if (error instanceof SeamError)
      return error.reason === 'seam_forbidden' && about !== error.reason;
    throw error;
  }
};

/**
 * Whether Seam refuses our key a right that every look takes, rather than one object.
 *
 * @throws as above
 */
export const isRightLacking = async (
  seam: Pick<Seam, 'probe'>,
  signal: AbortSignal,
): Promise<boolean> => {
  try {
    await seam.probe(signal, 'seam_forbidden');
    return false;
  } catch (error) {
    if (error instanceof SeamError) return error.reason === 'seam_forbidden';
    throw error;
  }
};
