import { STATUS_CODES } from 'node:http';
import { ForbiddenAddressError } from './guard.ts';

/** Of an answer, for people; null: the app has taken it. */
export const statusWords = (status: number): string | null => {
  if (status >= 200 && status < 300) return null;
  const name = STATUS_CODES[status];
  const said = `The app answered ${status}${name === undefined ? '' : ` (${name})`}`;
  if (status === 410) return `${said}: it takes no messages here any more.`;
  if (status >= 300 && status < 400) {
    return `${said}: redirects are not followed. Set the address that it leads to, if that is right.`;
  }
  return `${said}.`;
};

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused: nothing listens there.',
  ECONNRESET: 'The connection was closed without an answer.',
  EPIPE: 'The connection was closed without an answer.',
  ENOTFOUND: 'The host name could not be found (DNS).',
  EAI_AGAIN: 'The host name could not be resolved: DNS did not answer.',
  ETIMEDOUT: 'The host did not answer.',
  EHOSTUNREACH: 'The host can not be reached.',
  ENETUNREACH: 'The network can not be reached.',
  HPE_HEADER_OVERFLOW: 'The headers of the answer were too long.',
};

/** What came instead of an answer, for people: never what an error says in its own words, which may hold the URL. */
export const failureWords = (error: unknown): string => {
  if (error instanceof ForbiddenAddressError) return error.message;
  const code = codeOf(error);
  if (code.startsWith('HPE_')) return WORDS[code] ?? `The answer was not HTTP (${code}).`;
  if (/CERT|TLS|SSL|SIGNATURE|EPROTO/.test(code)) {
    return `There was no TLS connection that can be trusted (${code}).`;
  }
  return WORDS[code] ?? `Nothing could be sent (${code}).`;
};

/** Of several addresses that were tried, that of the first. */
const codeOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};

/** Why a message is not in a queue of the app's, for people. */
export const queueFailureWords = (error: unknown): string =>
  `The message could not be added to the queue: where our queues live can't be reached (${codeOf(error)}).`;
