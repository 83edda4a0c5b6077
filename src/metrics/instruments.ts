import type pg from 'pg';

/* What a process counts of its own doing. Labels have few values each, none of them from outside. */

/** How a webhook was answered. */
export type WebhookAnswer =
  /** 204: committed with this answer, or before; or no look is worth it. */
  | 'stored'
  | 'seen_before'
  | 'not_of_interest'
  /** 4xx: its signature, or what it is. */
  | 'refused'
  | 'unreadable'
  /** 503: it comes again. */
  | 'unavailable';

type SignInOutcome = 'signed_in' | 'failed' | 'throttled';

/**
 * Where what takes place is counted. A call costs 0.2 to 0.5 µs, and a call of an empty function where nobody counts; a
 * webhook costs at most three of them (docs/profile.md).
 */
export type Instruments = Readonly<{
  /** Whether anybody counts: what has to be asked for first is asked for only then. */
  isOn: boolean;
  /** @param type an event type that we subscribe to, `other`, or `unknown` where it could not be read */
  webhook: (answer: WebhookAnswer, type: string) => void;
  /** From the first byte of a webhook to its 204. */
  acknowledged: (seconds: number) => void;
  /** One commit of the inbox, however many webhooks are in it. */
  committed: (seconds: number) => void;
  linked: (seconds: number) => void;
  told: (seconds: number) => void;
  run: (outcome: string, trigger: string) => void;
  seamCall: (outcome: string, seconds: number) => void;
  attempt: (endpointId: number, outcome: string, seconds: number) => void;
  signIn: (outcome: SignInOutcome) => void;
  alertNotice: (channel: string, outcome: string) => void;
  /** Has a pool of connections be looked at when somebody asks. */
  pool: (name: string, pool: PoolCounts) => void;
}>;

export type PoolCounts = Pick<pg.Pool, 'totalCount' | 'idleCount' | 'waitingCount'>;

const nothing = (): void => undefined;

/** For whoever is asked for no figures. */
export const NO_INSTRUMENTS: Instruments = {
  isOn: false,
  webhook: nothing,
  acknowledged: nothing,
  committed: nothing,
  linked: nothing,
  told: nothing,
  run: nothing,
  seamCall: nothing,
  attempt: nothing,
  signIn: nothing,
  alertNotice: nothing,
  pool: nothing,
};
