import { SeamError, type SeamReason } from './errors.ts';
import { isHttpError, toSeamError } from './failures.ts';

/** What came of one request to Seam: an answer, that there is none of these, or why there was no answer. */
type CallOutcome = 'ok' | 'not_found' | 'canceled' | OfReason;
type OfReason = SeamReason extends infer Reason
  ? Reason extends `seam_${infer Rest}`
    ? Rest
    : Reason
  : never;

export type OnCall = (outcome: CallOutcome, seconds: number) => void;

const NOT_FOUND = 404;

const outcomeOf = (error: unknown, signal: AbortSignal): CallOutcome => {
  if (signal.aborted) return 'canceled';
  if (statusOf(error) === NOT_FOUND) return 'not_found';
  try {
    const told: unknown = toSeamError(error);
    return told instanceof SeamError
      ? (told.reason.replace('seam_', '') as OfReason)
      : 'unavailable';
  } catch {
    return 'unavailable';
  }
};

const statusOf = (error: unknown): number | null => {
  if (isHttpError(error)) return error.response?.status ?? null;
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : null;
};

/** Waits for an answer, and tells what came of it. @throws what the request throws */
export const watched = async <T>(
  asked: Promise<T>,
  signal: AbortSignal,
  onCall: OnCall,
): Promise<T> => {
  const began = performance.now();
  const tell = (outcome: CallOutcome): void => onCall(outcome, (performance.now() - began) / 1_000);
  try {
    const answer = await asked;
    tell('ok');
    return answer;
  } catch (error) {
    tell(outcomeOf(error, signal));
    throw error;
  }
};
