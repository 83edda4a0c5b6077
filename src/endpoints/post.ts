import http from 'node:http';
import https from 'node:https';
import type { Answer } from './answer.ts';
import { readBeginning } from './answer-text.ts';
import { createGuard, type Guard, type Resolve } from './guard.ts';
import { failureWords, statusWords } from './post-words.ts';
import { retryAfterMs } from './retry-after.ts';

/** As Svix: an app that takes longer should take the message, and do its work afterwards. */
export const ANSWER_WITHIN_MS = 15_000;

/** A connection that is not used for so long is closed: many servers close theirs after five seconds. */
const IDLE_MS = 4_000;

/* Connections are kept between messages. Neither agent knows of a proxy, whatever the environment says. */
const AGENTS = {
  'http:': new http.Agent({ keepAlive: true, timeout: IDLE_MS }),
  'https:': new https.Agent({ keepAlive: true, timeout: IDLE_MS }),
} as const;

type Posted = Readonly<{ headers: Readonly<Record<string, string>>; body: string }>;

type Options = Readonly<{
  /** Where it may go besides public addresses, as CIDR. */
  privateNetworks: readonly string[];
  /** In all, from looking up the name to the end of the answer. */
  timeoutMs?: number;
  resolve?: Resolve | undefined;
}>;

/**
 * POSTs a message. Follows no redirect, and connects to no address that is neither public nor allowed. Whatever the
 * endpoint does, it ends in time, and is an answer: it never throws.
 */
export const post = async (
  target: string,
  message: Posted,
  { privateNetworks, timeoutMs = ANSWER_WITHIN_MS, resolve }: Options,
): Promise<Answer> => {
  const began = performance.now();
  const signal = AbortSignal.timeout(timeoutMs);
  const result = await tryTwice(target, message, { privateNetworks, resolve, signal }).catch(
    (error: unknown) => ({
      status: null,
      fault: signal.aborted
        ? `There was no answer within ${timeoutMs / 1_000} seconds.`
        : failureWords(error),
      answer: null,
      retryAfterMs: null,
    }),
  );
  return { ...result, durationMs: Math.round(performance.now() - began) };
};

type Result = Omit<Answer, 'durationMs'>;
type Try = Readonly<{
  privateNetworks: readonly string[];
  resolve: Resolve | undefined;
  signal: AbortSignal;
}>;

/** The app closed the kept connection just as it was used again: says nothing of the app, or of the message. */
class LostReusedConnectionError extends Error {
  override readonly name = 'LostReusedConnectionError';
}

const tryTwice = async (target: string, message: Posted, options: Try): Promise<Result> => {
  const url = new URL(target);
  const guard = createGuard(url, options.privateNetworks, options.resolve);
  guard.checkHost();
  try {
    return await once(url, guard, message, options.signal);
  } catch (error) {
    if (!(error instanceof LostReusedConnectionError)) throw error;
    return await once(url, guard, message, options.signal, false);
  }
};

/** @throws whatever came instead of an answer */
const once = (
  url: URL,
  guard: Guard,
  { headers, body }: Posted,
  signal: AbortSignal,
  mayReuse = true,
): Promise<Result> =>
  new Promise((done, fail) => {
    const isTls = url.protocol === 'https:';
    const request = (isTls ? https : http).request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: mayReuse ? AGENTS[isTls ? 'https:' : 'http:'] : false,
      lookup: guard.lookup,
      signal,
    });
    request.on('socket', socket => {
      const check = (): void => {
        try {
          guard.checkConnected(socket);
        } catch (error) {
          request.destroy(error as Error);
        }
      };
      if (socket.connecting) socket.once('connect', check);
      else check();
    });
    let isAnswered = false;
    request.on('response', response => {
      isAnswered = true;
      done(resultOf(response));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isLost = request.reusedSocket && !isAnswered && error.code === 'ECONNRESET';
      fail(isLost && !signal.aborted ? new LostReusedConnectionError() : error);
    });
    // An answer of 101 has no other way to end.
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      done({ ...taken(response), answer: null });
    });
    request.end(body);
  });

const taken = ({ statusCode = 0, headers }: http.IncomingMessage): Omit<Result, 'answer'> => ({
  status: statusCode,
  fault: statusWords(statusCode),
  retryAfterMs: retryAfterMs(headers, Date.now()),
});

const resultOf = async (response: http.IncomingMessage): Promise<Result> => ({
  ...taken(response),
  answer: await readBeginning(response),
});
