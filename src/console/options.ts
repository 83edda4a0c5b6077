import type { Mount } from '../http/mount.ts';
import type { SecretGuard } from '../http/secret-guard.ts';
import type { Logger } from '../ops/log.ts';
import type { Desk } from '../support/desk.ts';
import type { RawQueue } from './raw-queue/raw-queue.ts';
import type { Company } from './sign-in/company.ts';
import type { DeviceCookie, KeysCookie, PasskeyCookie, SessionCookie } from './sign-in/cookie.ts';

/** What the console needs. */
export type ConsoleOptions = Readonly<{
  desk: Desk;
  cookie: SessionCookie;
  /** By which a browser is known again. */
  device: DeviceCookie;
  /** Of a sign-in with a passkey that is under way. */
  passkeyCookie: PasskeyCookie;
  /** Of those who want no keys that do something by themselves. */
  keys: KeysCookie;
  guard: SecretGuard;
  /** Null where nobody signs in with the company's account. */
  company: Company | null;
  /** How it is reached from outside, without a slash at the end; empty where nobody has said. */
  publicUrl: string;
  mount: Mount;
  /** Whether nothing but ours is at this host: false in an app that has us as a part. */
  ownsHost: boolean;
  rawQueue: RawQueue;
  log: Logger;
}>;
