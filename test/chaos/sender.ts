import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'svix';
import { pick, stream } from './random.ts';
import type { StagedEvent } from './stage.ts';

/** What became of one webhook. */
export type SentMessage = {
  readonly messageId: string;
  readonly eventId: string;
  /** Times that it was posted. */
  tries: number;
  /** Answers other than 2xx, by status. */
  readonly refusals: number[];
  /** Times that no answer came: refused, reset, or nothing within the limit. */
  unanswered: number;
  acknowledged: boolean;
};

export type Sender = Readonly<{
  /** Starts to send one and returns at once. */
  send: (messageId: string, event: StagedEvent) => void;
  /** Resolves when each has been acknowledged or given up. */
  done: () => Promise<void>;
  messages: readonly SentMessage[];
}>;

const ANSWER_LIMIT_MS = 15_000;
/** Svix's schedule, sped up; the last wait repeats. */
const WAITS_MS = [100, 300, 1_000, 2_000, 5_000] as const;
const GIVE_UP_AFTER_MS = 5 * 60_000;
const IN_FLIGHT_AT_MOST = 128;

/**
 * Sends webhooks as Svix does: at least once, signed, the same message again on anything but 2xx or
 * on no answer. Each try goes to a server that the seed chooses.
 *
 * @param onAcknowledged hears when the acknowledged try was posted (ms of performance.now)
 * @param signal stops everything; `done` then rejects
 */
export const createSender = (options: {
  urls: readonly string[];
  secret: string;
  seed: string;
  signal: AbortSignal;
  onAcknowledged: (postedAtMs: number) => void;
}): Sender => {
  const { urls, seed, signal, onAcknowledged } = options;
  const webhook = new Webhook(options.secret);
  const messages: SentMessage[] = [];
  const sending: Promise<void>[] = [];
  const slots = createSlots(IN_FLIGHT_AT_MOST);

  /** @returns the status; null when no answer came */
  const post = async (url: string, messageId: string, body: string): Promise<number | null> => {
    const now = new Date();
    const headers = {
      'content-type': 'application/json',
      'svix-id': messageId,
      'svix-timestamp': String(Math.floor(now.getTime() / 1000)),
      'svix-signature': webhook.sign(messageId, now, body),
    };
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
      const response = await fetch(url, { method: 'POST', body, headers, signal: limit });
      await response.arrayBuffer();
      return response.status;
    } catch {
      signal.throwIfAborted();
      return null;
    }
  };

  const deliver = async (message: SentMessage, event: StagedEvent): Promise<void> => {
    const random = stream(seed, 'sender', message.messageId);
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
    while (!message.acknowledged && performance.now() < giveUpAt) {
      const url = `${pick(random, urls)}/webhooks/seam`;
      const waitMs = WAITS_MS[Math.min(message.tries, WAITS_MS.length - 1)];
      const release = await slots.take();
      const postedAtMs = performance.now();
      message.tries++;
      const status = await post(url, message.messageId, event.body).finally(release);
      if (status !== null && status >= 200 && status < 300) {
        message.acknowledged = true;
        onAcknowledged(postedAtMs);
        return;
      }
      if (status === null) message.unanswered++;
      else message.refusals.push(status);
      await sleep(waitMs, undefined, { signal });
    }
  };

  return {
    messages,
    send: (messageId, event) => {
      const message: SentMessage = {
        messageId,
        eventId: event.eventId,
        tries: 0,
        refusals: [],
        unanswered: 0,
        acknowledged: false,
      };
      messages.push(message);
      const delivery = deliver(message, event);
      // Heard in `done`; until then it must not count as unhandled.
      delivery.catch(() => undefined);
      sending.push(delivery);
    },
    done: async () => void (await Promise.all(sending)),
  };
};

const createSlots = (count: number): { take: () => Promise<() => void> } => {
  let free = count;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  return {
    take: async () => {
      if (free > 0) free--;
      else await new Promise<void>(resolve => waiting.push(resolve));
      return release;
    },
  };
};
