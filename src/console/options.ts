import type { Logger } from '../ops/log.ts';
import type { Desk } from '../support/desk.ts';
import type { RawQueue } from './raw-queue/raw-queue.ts';
import type { Company } from './sign-in/company.ts';
import type { SessionCookie } from './sign-in/cookie.ts';

/** What the console needs. */
export type ConsoleOptions = Readonly<{
  desk: Desk;
  cookie: SessionCookie;
  /** Null where nobody signs in with the company's account. */
  company: Company | null;
  /** Without a slash at the end. */
  publicUrl: string;
  rawQueue: RawQueue;
  log: Logger;
}>;
