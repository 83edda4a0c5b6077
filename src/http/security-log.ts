import { createHmac, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import { networkOf } from '../access/network.ts';
import type { Logger } from '../ops/log.ts';
import { clientAddress } from './client-address.ts';
import { HttpError } from './errors.ts';
import type { SecretGuard } from './secret-guard.ts';
import { toldPath } from './told-path.ts';

/** What is told of who comes in and who is kept out: the closed list, each with its level. docs/running.md says what they mean. */
export const SECURITY_EVENTS = {
  signed_in: 'info',
  sign_in_failed: 'warn',
  sign_in_throttled: 'warn',
  signed_out: 'info',
  logout_refused: 'warn',
  passkey_added: 'info',
  passkey_removed: 'info',
  permission_refused: 'warn',
  form_refused: 'warn',
  input_refused: 'warn',
  token_refused: 'warn',
  secrets_throttled: 'warn',
  export_begun: 'info',
  list_read: 'info',
} as const satisfies Record<string, 'info' | 'warn'>;
type SecurityEvent = keyof typeof SECURITY_EVENTS;

/** Where a request comes from. */
export type Origin = Readonly<{ address: string; method?: string; path?: string; agent?: string }>;

/** What else a line says. Never a secret, and never what was typed into a field. */
type SecurityFacts = Readonly<{
  /** `operator:3`, `token:5` */
  actor?: string;
  actor_name?: string;
  /** For a name that nobody has: the same one has the same number until the process ends. */
  name_hash?: string;
  why?: string;
  permission?: string;
  what?: string;
  rows?: number;
  /** Names of fields, never what they were to be. */
  filter?: string;
}>;

export type SecurityLog = Readonly<{
  /** @param facts where finding them costs something: they are asked for only when a line is written */
  tell: (
    event: SecurityEvent,
    from: Origin,
    facts?: SecurityFacts | (() => Promise<SecurityFacts>),
  ) => Promise<void>;
  /** A name that was tried, so that lines can be compared, and nobody can tell what it was: it may be a password. */
  hashName: (name: string) => string;
  /** Says now how many lines were left out. */
  flush: () => void;
}>;

const WINDOW_MS = 60_000;
/** So many lines a minute of one event from one network, and from all of them. */
const MOST_OF_NETWORK = 20;
const MOST_OF_EVENT = 300;
/** So many networks are named with how many of their lines were left out. */
const MOST_NAMED = 10;

const LONGEST_PATH = 200;
const LONGEST_AGENT = 120;
/** What a terminal would act upon, should somebody read the line there. */
const shortened = (text: string, longest: number): string =>
  text.slice(0, longest).replace(/\p{C}/gu, '�');

export const originOf = (
  request: Pick<Request, 'ip' | 'socket' | 'method' | 'originalUrl' | 'headers'>,
): Origin => {
  const agent = request.headers['user-agent'];
  return {
    address: clientAddress(request),
    method: request.method,
    path: shortened(toldPath(request.originalUrl), LONGEST_PATH),
    ...(agent === undefined ? {} : { agent: shortened(agent, LONGEST_AGENT) }),
  };
};

type LeftOut = { lines: number; networks: Map<string, number> };

/**
 * The security log: one line an event among the others of the log, known by its field `security`. A flood does not
 * fill the log: beyond so many lines a minute they are counted, and the count is told when the minute is over.
 *
 * @param now in ms, only ever later
 */
export const createSecurityLog = (
  log: Logger,
  now: () => number = () => performance.now(),
): SecurityLog => {
  const key = randomBytes(32);
  const told = new Map<string, number>();
  const leftOut = new Map<SecurityEvent, LeftOut>();
  let windowEnds = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    for (const [security, { lines, networks }] of leftOut) {
      const from = [...networks].map(([network, own]) => ({ network, lines: own }));
      log[SECURITY_EVENTS[security]]({ security, left_out: lines, from }, 'security: left out');
    }
    leftOut.clear();
    told.clear();
    windowEnds = Number.NEGATIVE_INFINITY;
  };

  const begin = (): void => {
    flush();
    windowEnds = now() + WINDOW_MS;
    timer = setTimeout(flush, WINDOW_MS).unref();
  };

  const leaveOut = (event: SecurityEvent, network: string): void => {
    const of = leftOut.get(event) ?? { lines: 0, networks: new Map() };
    of.lines += 1;
    const own = of.networks.get(network);
    if (own !== undefined || of.networks.size < MOST_NAMED)
      of.networks.set(network, (own ?? 0) + 1);
    leftOut.set(event, of);
  };

  /** Whether a line of it may be written, which then counts. */
  const admits = (event: SecurityEvent, network: string): boolean => {
    if (now() >= windowEnds) begin();
    const ofNetwork = `${event} ${network}`;
    const [own, all] = [told.get(ofNetwork) ?? 0, told.get(event) ?? 0];
    if (own >= MOST_OF_NETWORK || all >= MOST_OF_EVENT) {
      leaveOut(event, network);
      return false;
    }
    told.set(ofNetwork, own + 1).set(event, all + 1);
    return true;
  };

  return {
    tell: async (event, from, facts = {}) => {
      if (!admits(event, networkOf(from.address))) return;
      // What can't be found out (the database is away) keeps no line from being written.
      const found = typeof facts === 'function' ? await facts().catch(() => ({})) : facts;
      log[SECURITY_EVENTS[event]]({ security: event, ...from, ...found }, 'security');
    },
    hashName: name =>
      createHmac('sha256', key).update(name.trim().toLowerCase()).digest('hex').slice(0, 12),
    flush,
  };
};

/** Of a request that can't be read, or isn't one. */
const UNREADABLE: readonly number[] = [400, 413, 415, 422];

/** Tells of a request that was refused as it was, whoever sent it; of what it ran into otherwise, nothing. */
export const tellUnreadable = async (
  security: SecurityLog,
  request: Parameters<typeof originOf>[0],
  { status, type }: HttpError,
): Promise<void> => {
  if (!UNREADABLE.includes(status)) return;
  await security.tell('input_refused', originOf(request), { why: type });
};

/** The same guard, which tells of whoever showed too many unknown secrets. */
export const tellingThrottled = (guard: SecretGuard, security: SecurityLog): SecretGuard => ({
  ...guard,
  find: async (secret, address, look) => {
    try {
      return await guard.find(secret, address, look);
    } catch (error) {
      const isThrottled = error instanceof HttpError && error.status === 429;
      if (isThrottled) await security.tell('secrets_throttled', { address });
      throw error;
    }
  },
});
