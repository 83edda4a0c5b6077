import { STATUS_CODES } from 'node:http';
import type { Answer } from '../../endpoints/answer.ts';
import type { AlertMessage } from '../words.ts';

/** Somewhere that messages about alerts go. */
export type Channel = Readonly<{
  /** What people and the database call it: `slack`, `slack 2`. */
  name: string;
  /** It keeps something open until it is told that it is over: then it is told so also while nobody wants to hear of it. */
  keepsOpen: boolean;
  /**
   * Sends a message once. Ends within half a minute, and never throws.
   *
   * @returns why it didn't get there, in words for people and without any secret; null: it was taken
   */
  send: (message: AlertMessage) => Promise<string | null>;
}>;

/** Of an answer by HTTP, for people; null: it was taken. Never what it says itself, which may be anything. */
export const answerFault = ({ status, fault }: Answer): string | null => {
  if (fault === null || status === null) return fault;
  const name = STATUS_CODES[status];
  return `The answer was ${status}${name === undefined ? '' : ` (${name})`}.`;
};
