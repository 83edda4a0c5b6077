import type pg from 'pg';
import type { Instruments } from '../metrics/instruments.ts';
import type { Logger } from '../ops/log.ts';
import type { OnStep } from '../ops/steps.ts';
import type { MessageBody } from '../outbox/body.ts';
import type { TestBody } from './test-body.ts';

/** What it takes to send. */
export type Sender = Readonly<{
  pool: pg.Pool;
  /** What secrets of endpoints are sealed with: the first seals, all of them open. Empty: none can be opened. */
  secretsKeys: readonly string[];
  /** In which private networks an endpoint may be, as CIDR; else it has to be a public address, by HTTPS. */
  privateNetworks: readonly string[];
  /** Adds a message to a BullMQ queue of the app's, once for each time that it is to come. @throws when it can't be reached */
  addToQueue: (queue: string, message: MessageBody | TestBody, timesTaken: number) => Promise<void>;
  random: () => number;
  log: Logger;
  onStep: OnStep;
  instruments?: Pick<Instruments, 'isOn' | 'attempt' | 'told'>;
}>;
