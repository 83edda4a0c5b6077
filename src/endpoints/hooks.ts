import type { HookGiven, Hooks } from '../model/hooks.ts';
import { MESSAGE_TYPES, type MessageType } from '../model/message.ts';
import type { Logger } from '../ops/log.ts';
import type { MessageBody } from '../outbox/body.ts';
import type { Answer } from './answer.ts';
import type { HooksHere } from './sender.ts';
import type { TestBody } from './test-body.ts';

/** Hooks that can't be: said when they are started. */
export class HooksError extends Error {
  override readonly name = 'HooksError';
}

/**
 * For which types there is a hook, in the order of the alphabet.
 *
 * @throws HooksError for what is no type of message, or no function
 */
export const typesOfHooks = (hooks: Hooks): MessageType[] => {
  const given = Object.entries(hooks).filter(([, hook]) => hook !== undefined);
  for (const [type, hook] of given) {
    if (!isType(type)) {
      throw new HooksError(
        `There is no type of message "${type}" for a hook. The types are ${MESSAGE_TYPES.join(', ')}.`,
      );
    }
    if (typeof hook !== 'function') throw new HooksError(`The hook "${type}" is no function.`);
  }
  return given.map(([type]) => type as MessageType).toSorted();
};

const isType = (text: string): text is MessageType => MESSAGE_TYPES.some(type => type === text);

/** What may be said of an error to whoever may see the endpoint: how it is called, and never its own words. */
const A_NAME = /^[A-Za-z][\w.]{0,59}$/;

const nameOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'what is no Error';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const name = A_NAME.test(error.name) ? error.name : 'Error';
  return /^\w{1,40}$/.test(code) ? `${name} (${code})` : name;
};

/**
 * How the hooks of this process are called. A hook has dealt with a message when it returns, or its promise is kept; when it
 * throws, rejects or takes longer than it may, that was a try that failed.
 *
 * @param options.ending fires when this process waits no longer for what is under way
 * @param options.limitMs how long a hook may take
 */
export const callHooks = (
  hooks: Hooks,
  {
    log,
    ending,
    limitMs,
  }: Readonly<{ log: Pick<Logger, 'warn'>; ending: AbortSignal; limitMs: number }>,
): HooksHere => {
  const hookOf = (type: string) =>
    Object.hasOwn(hooks, type)
      ? (hooks[type as MessageType] as ((message: object, given: HookGiven) => unknown) | undefined)
      : undefined;

  const call = async (body: MessageBody | TestBody, lost: AbortSignal): Promise<string | null> => {
    const { type } = body;
    const slow = new AbortController();
    const over = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      slow.abort();
      over.reject(new TooSlowError());
    }, limitMs);
    try {
      const given = { signal: AbortSignal.any([slow.signal, ending, lost]) };
      // A copy, as it is the app's to change.
      const called = (async () => hookOf(type)?.(structuredClone(body), given))();
      await Promise.race([called, over.promise]);
      return null;
    } catch (err) {
      log.warn({ err, type, message_id: body.data.message_id }, 'a hook of the app failed');
      return err instanceof TooSlowError
        ? `The hook for ${type} took longer than ${limitMs / 1_000} seconds.`
        : `The hook for ${type} failed with ${nameOf(err)}. The log of its process has the whole error.`;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    has: type => hookOf(type) !== undefined,
    call: async (_messageId, body, _timesTaken, lost): Promise<Answer> => {
      const began = performance.now();
      const fault = await call(body, lost);
      const durationMs = Math.round(performance.now() - began);
      return { status: null, fault, answer: null, durationMs, retryAfterMs: null };
    },
  };
};

class TooSlowError extends Error {
  override readonly name = 'TooSlowError';

  constructor() {
    super('it took longer than it may');
  }
}
