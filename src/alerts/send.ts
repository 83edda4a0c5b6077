import { once } from 'node:events';
import type pg from 'pg';
import type { Logger } from '../ops/log.ts';
import { pause } from '../ops/loop.ts';
import type { OnStep } from '../ops/steps.ts';
import type { Channel } from './channels/channel.ts';
import { giveUpAbandoned, isStillOurs, noteFailed, noteSent, type Taken, takeDue } from './due.ts';
import type { Links } from './words.ts';

/** What sends messages about alerts. */
export type AlertSender = Readonly<{
  pool: pg.Pool;
  channels: readonly Channel[];
  links: Links;
  random: () => number;
  log: Logger;
  onStep: OnStep;
  /** Is told what came of each try. */
  onTried: (channel: string, outcome: 'sent' | 'failed' | 'given_up') => void;
}>;

/** What is due is sent one after the other: a turn ends, however much there is. */
const MOST_OF_A_TURN = 100;

/** A process that stops waits so long for an answer: webhooks, and what its worker has in hand, wait for that. */
const LAST_ANSWER_MS = 2_000;

/** @returns what came of it; null: this process stops, and whoever takes the message next sends it under the same id */
const sendUntilStopped = async (
  { send }: Channel,
  message: Taken['message'],
  stopping: AbortSignal,
): Promise<{ fault: string | null } | null> => {
  const answered = new AbortController();
  const leave = async (): Promise<null> => {
    if (!stopping.aborted) await once(stopping, 'abort', answered);
    await pause(LAST_ANSWER_MS, answered.signal);
    return null;
  };
  try {
    return await Promise.race([send(message).then(fault => ({ fault })), leave()]);
  } finally {
    answered.abort();
  }
};

const sendTaken = async (
  sender: AlertSender,
  channel: Channel,
  taken: Taken,
  stopping: AbortSignal,
): Promise<void> => {
  const { pool, log, onTried, onStep, random } = sender;
  const { noticeId: notice, message, attempts } = taken;
  onStep('alert_sending');
  if (!(await isStillOurs(pool, taken))) return;
  const tried = await sendUntilStopped(channel, message, stopping);
  if (tried === null) {
    log.warn(
      { notice, channel: channel.name },
      'a message about alerts is left to another process',
    );
    return;
  }
  onStep('alert_sent');
  const { fault } = tried;
  if (fault === null) {
    await noteSent(pool, taken);
    onTried(channel.name, 'sent');
    log.info(
      { notice, channel: channel.name, kind: message.kind, attempts },
      'sent a message about alerts',
    );
    return;
  }
  const inMs = await noteFailed(pool, taken, fault, random());
  const told = { notice, channel: channel.name, kind: message.kind, attempts, fault };
  if (inMs === null) {
    onTried(channel.name, 'given_up');
    log.error(told, 'a message about alerts was given up');
  } else {
    onTried(channel.name, 'failed');
    log.warn({ ...told, again_in_s: Math.round(inMs / 1_000) }, 'a message about alerts failed');
  }
};

const sendToOne = async (sender: AlertSender, channel: Channel, signal: AbortSignal) => {
  for (let turn = 0; turn < MOST_OF_A_TURN && !signal.aborted; turn++) {
    const taken = await takeDue(sender.pool, channel, sender.links);
    if (taken === null) return;
    if (taken !== 'dropped') await sendTaken(sender, channel, taken, signal);
  }
};

/**
 * Sends what is due, to each channel a message after the other. Several processes may do so at once: each message is
 * taken by one.
 *
 * @throws whatever Postgres throws; what was taken is then sent by whoever takes it next, in a minute
 */
export const sendDue = async (sender: AlertSender, signal: AbortSignal): Promise<void> => {
  await giveUpAbandoned(sender.pool);
  // No channel that takes long keeps another waiting.
  const ended = await Promise.allSettled(
    sender.channels.map(channel => sendToOne(sender, channel, signal)),
  );
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
};
