import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { EndpointKind } from '../model/message.ts';
import { currentTraceparent } from '../ops/tracing.ts';
import { ANSWER_WITHIN_MS, post } from './post.ts';
import { queueFailureWords } from './post-words.ts';
import { createSecretBox, NoSecretsKeyError } from './secrets.ts';
import type { Send, Sender } from './sender.ts';
import { signedHeaders } from './sign.ts';

type To = Readonly<{
  kind: EndpointKind;
  target: string;
  /** Its secrets that are valid now, the present one first. */
  sealed: readonly string[];
}>;

type With = Pick<Sender, 'secretsKeys' | 'privateNetworks' | 'addToQueue' | 'hooks'>;

/** By the package's name and version, an app sees who sends. */
const userAgent = (): string => {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { name, version } = z
    .object({ name: z.string(), version: z.string() })
    .parse(JSON.parse(file));
  return `${name}/${version}`;
};
const USER_AGENT = userAgent();

/**
 * @returns how to send to it; or why it can't be for a reason of ours, in words: then nothing was tried
 */
export const createSend = (
  sender: With,
  to: To,
): Readonly<{ send: Send; fault?: never } | { send: null; fault: string }> => {
  if (to.kind === 'queue') return { send: sendToQueue(sender, to.target) };
  if (to.kind === 'hook') {
    return sender.hooks === undefined
      ? { send: null, fault: 'Only a process of your app that has the hooks can call them.' }
      : { send: sender.hooks.call };
  }
  const secrets = openSecrets(sender.secretsKeys, to.sealed);
  if (typeof secrets === 'string') return { send: null, fault: secrets };
  return {
    send: (messageId, message) => {
      const body = JSON.stringify(message);
      const headers = {
        'content-type': 'application/json',
        'user-agent': USER_AGENT,
        'accept-encoding': 'identity',
        ...signedHeaders(secrets, { messageId, body, at: new Date() }),
        ...traceHeaders(),
      };
      return post(to.target, { headers, body }, { privateNetworks: sender.privateNetworks });
    },
  };
};

/** So that the app's own spans are part of the same trace. */
const traceHeaders = (): Readonly<Record<string, string>> => {
  const traceparent = currentTraceparent();
  return traceparent === null ? {} : { traceparent };
};

/** @returns the secrets to sign with; or, in words, why the present one is not at hand: with another, the app would refuse it */
const openSecrets = (
  keys: readonly string[],
  sealed: readonly string[],
): readonly string[] | string => {
  if (keys.length === 0) return new NoSecretsKeyError().message;
  if (sealed.length === 0) return 'The endpoint has no secret to sign with: rotate it.';
  const box = createSecretBox(keys);
  const [present = null, ...former] = sealed.map(box.open);
  if (present === null) {
    return "The endpoint's secret can't be opened: it was sealed with another key than ENDPOINT_SECRETS_KEY has now. Add that key to the setting (behind the new one, separated by a comma), or rotate the endpoint's secret.";
  }
  return [present, ...former.filter(secret => secret !== null)];
};

const sendToQueue =
  ({ addToQueue }: With, queue: string): Send =>
  async (_messageId, body, timesTaken) => {
    const began = performance.now();
    const limit = Promise.withResolvers<never>();
    const timer = setTimeout(() => limit.reject(new Error('timeout')), ANSWER_WITHIN_MS);
    let fault: string | null = null;
    try {
      await Promise.race([addToQueue(queue, body, timesTaken), limit.promise]);
    } catch (error) {
      fault = queueFailureWords(error);
    } finally {
      clearTimeout(timer);
    }
    const durationMs = Math.round(performance.now() - began);
    return { status: null, fault, answer: null, durationMs, retryAfterMs: null };
  };
