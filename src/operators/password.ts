import {
  randomBytes,
  type ScryptOptions,
  scrypt as scryptCallback,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';
import { SupportError } from '../access/errors.ts';

const scrypt = promisify<string, Buffer, number, ScryptOptions, Buffer>(scryptCallback);

/** Source: OWASP Password Storage Cheat Sheet, scrypt: N = 2^17, r = 8, p = 1 (128 MiB, some 0.4 s). */
const COST = { N: 2 ** 17, r: 8, p: 1 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
export const SHORTEST_PASSWORD = 12;
/** More is no safer, and would have to be hashed. */
export const LONGEST_PASSWORD = 200;

/** How well whoever asks is known, the best first: by their session or browser, by their network, not at all. */
const STANDINGS = ['known', 'known_network', 'stranger'] as const;

/**
 * Whose turn it is to have a password hashed. Each standing has places of its own, and the better known go
 * first: strangers can't keep them out.
 */
export type Turn = Readonly<{
  standing: (typeof STANDINGS)[number];
  /** Of whom only a few may wait: a network, an operator; null: as many as there are places. */
  of: string | null;
}>;
const OWN_TURN: Turn = { standing: 'known', of: null };

/** So many of each kind may be waiting, some 0.4 s each: whoever comes then is told to come again. */
const MOST_WAITING = 8;
/** And of one network's strangers, or for one operator. */
const MOST_OF_ONE = 3;

/** Too many passwords wait to be looked at: nobody is to use up the machine's memory or time with them. */
export class HashingBusyError extends SupportError {
  constructor() {
    super('refused', 'Too many passwords are being checked right now. Try again in a few seconds.');
  }
}

/** Waiting, or being hashed. */
const present: Turn[] = [];
const waiting: { turn: Turn; begin: () => void }[] = [];
let isHashing = false;

/** Whether a password would be refused just now, unlooked at. */
export const isHashingBusy = ({ standing, of }: Turn): boolean => {
  const same = present.filter(turn => turn.standing === standing);
  const own = of === null ? 0 : same.filter(turn => turn.of === of).length;
  return same.length >= MOST_WAITING || own >= MOST_OF_ONE;
};

const beginNext = (): void => {
  const best = STANDINGS.find(each => waiting.some(({ turn }) => turn.standing === each));
  const [next] = waiting.splice(
    Math.max(
      0,
      waiting.findIndex(({ turn }) => turn.standing === best),
    ),
    1,
  );
  isHashing = next !== undefined;
  next?.begin();
};

/** One at a time: each takes 128 MiB. @throws HashingBusyError */
export const inTurn = async <T>(work: () => Promise<T>, turn: Turn = OWN_TURN): Promise<T> => {
  if (isHashingBusy(turn)) throw new HashingBusyError();
  present.push(turn);
  try {
    const { promise, resolve: begin } = Promise.withResolvers<void>();
    waiting.push({ turn, begin });
    if (!isHashing) beginNext();
    await promise;
    return await work();
  } finally {
    present.splice(present.indexOf(turn), 1);
    beginNext();
  }
};

const derive = (
  password: string,
  salt: Buffer,
  { N, r, p }: typeof COST | Cost,
  turn: Turn,
): Promise<Buffer> =>
  inTurn(
    () => scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }),
    turn,
  );

type Cost = { N: number; r: number; p: number };

const write = (salt: Buffer, key: Buffer): string => {
  const { N, r, p } = COST;
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
};

/** @returns `scrypt$N$r$p$salt$key`, the last two in base64url @throws HashingBusyError */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(SALT_BYTES);
  return write(salt, await derive(password, salt, COST, OWN_TURN));
};

/**
 * Takes as long for a wrong password as for the right one.
 *
 * @throws HashingBusyError, or Error for what hashPassword didn't write
 */
export const isPassword = async (
  password: string,
  hash: string,
  turn: Turn = OWN_TURN,
): Promise<boolean> => {
  const [kind, N, r, p, salt = '', key = ''] = hash.split('$');
  if (kind !== 'scrypt') throw new Error("this kind of password hash isn't supported");
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost, turn);
  const expected = Buffer.from(key, 'base64url');
  return derived.length === expected.length && timingSafeEqual(derived, expected);
};

/** Of nobody: compared with where there is no such operator, so that the time taken tells nothing. */
export const NOBODYS_HASH = write(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));
