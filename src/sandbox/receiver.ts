import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'svix';
import type { MessageBody } from '../outbox/body.ts';

/** How the pretend app can be made to answer what it is told. */
export const MANNERS = ['well', 'error', 'gone', 'slow'] as const;
export type Manner = (typeof MANNERS)[number];

/** A message, or a test, which says less. */
type Heard = Readonly<{ type: string; data: Partial<MessageBody['data']> }>;

/** Something that the pretend app was sent, and what it answered. */
export type Received = Readonly<{
  messageId: string;
  body: Heard;
  at: Date;
  status: number;
  /** It had taken a message with this id before: an app passes over it. */
  isKnown: boolean;
}>;

/** What an app does that is told: checks who speaks, and keeps what it hears. In memory: a pretend app starts anew each time. */
export type Receiver = Readonly<{
  /**
   * @param headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, of Standard Webhooks
   * @returns what to answer: a status of HTTP, and a word for whoever reads what was answered
   */
  take: (body: string, headers: IncomingHttpHeaders) => Promise<{ status: number; text: string }>;
  /** The newest first. */
  latest: () => readonly Received[];
  manner: () => Manner;
  setManner: (manner: Manner) => void;
}>;

const MOST_KEPT = 100;
/** Longer than an app is waited for (15 s). */
const TOO_LATE_MS = 20_000;

const ANSWERS = {
  well: { status: 204, text: '' },
  error: { status: 500, text: 'The pretend app was told to fail.' },
  gone: { status: 410, text: 'The pretend app wants to hear no more.' },
  slow: { status: 204, text: '' },
} as const satisfies Record<Manner, { status: number; text: string }>;

/** @param readSecrets what its endpoint signs with; read each time, so that it goes along with a rotation */
export const createReceiver = (
  readSecrets: () => Promise<readonly string[]>,
  tooLateMs = TOO_LATE_MS,
): Receiver => {
  const received: Received[] = [];
  const taken = new Set<string>();
  let manner: Manner = 'well';

  const keep = (messageId: string, body: Heard, status: number): void => {
    received.unshift({ messageId, body, at: new Date(), status, isKnown: taken.has(messageId) });
    received.length = Math.min(received.length, MOST_KEPT);
    if (status < 300) taken.add(messageId);
  };
  return {
    take: async (body, headers) => {
      const secrets = await readSecrets();
      if (!secrets.some(secret => isSignedWith(secret, body, headers))) {
        return { status: 400, text: 'The signature does not fit.' };
      }
      const answer = ANSWERS[manner];
      keep(String(headers['webhook-id']), JSON.parse(body) as Heard, answer.status);
      if (manner === 'slow') await sleep(tooLateMs, undefined, { ref: false });
      return answer;
    },
    latest: () => received,
    manner: () => manner,
    setManner: given => {
      manner = given;
    },
  };
};

/** As an app does it: https://docs.svix.com/receiving/verifying-payloads/how */
const isSignedWith = (secret: string, body: string, headers: IncomingHttpHeaders): boolean => {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    // It throws for whatever isn't right, and says the same in `false`.
    return false;
  }
};
