import type pg from 'pg';
import type { Instruments } from '../metrics/instruments.ts';
import type { MessageType } from '../model/message.ts';
import type { Logger } from '../ops/log.ts';
import type { OnStep } from '../ops/steps.ts';
import type { MessageBody } from '../outbox/body.ts';
import type { Answer } from './answer.ts';
import type { TestBody } from './test-body.ts';

/**
 * Sends one message to one endpoint; what came of it is the answer, whatever it was.
 *
 * @param timesTaken how often the app's queue has taken it: that says whether a person asked for it again
 * @param lost fires when another process may send to the endpoint: what is under way is for nothing then
 */
export type Send = (
  messageId: string,
  body: MessageBody | TestBody,
  timesTaken: number,
  lost: AbortSignal,
) => Promise<Answer>;

/** The functions of the app that this process calls with messages. */
export type HooksHere = Readonly<{
  call: Send;
  /** Whether there is one for messages of a type: others wait for a process that has it. */
  has: (type: MessageType) => boolean;
}>;

/** What it takes to send. */
export type Sender = Readonly<{
  pool: pg.Pool;
  /** What secrets of endpoints are sealed with: the first seals, all of them open. Empty: none can be opened. */
  secretsKeys: readonly string[];
  /** In which private networks an endpoint may be, as CIDR; else it has to be a public address, by HTTPS. */
  privateNetworks: readonly string[];
  /** Adds a message to a BullMQ queue of the app's, once for each time that it is to come. @throws when it can't be reached */
  addToQueue: (queue: string, message: MessageBody | TestBody, timesTaken: number) => Promise<void>;
  /** Where they are given, endpoints of hooks are sent to, and no others; else all but these. */
  hooks?: HooksHere;
  random: () => number;
  log: Logger;
  onStep: OnStep;
  instruments?: Pick<Instruments, 'isOn' | 'attempt' | 'told'>;
}>;
