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

/** So many may be waiting for their turn, some 0.4 s each: whoever comes then is told to come again. */
const MOST_WAITING = 8;

/** Too many passwords wait to be looked at: nobody is to use up the machine's memory or time with them. */
export class HashingBusyError extends SupportError {
  constructor() {
    super('refused', 'Too many passwords are being checked right now. Try again in a few seconds.');
  }
}

let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/** Whether a password would be refused just now, unlooked at. */
export const isHashingBusy = (): boolean => waiting >= MOST_WAITING;

/** One at a time: each takes 128 MiB. */
const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (isHashingBusy()) throw new HashingBusyError();
  waiting += 1;
  const turn = last.then(work);
  last = turn.catch(() => undefined); // Told to whoever asked; the next one's turn comes all the same.
  try {
    return await turn;
  } finally {
    waiting -= 1;
  }
};

const derive = (password: string, salt: Buffer, { N, r, p }: typeof COST | Cost): Promise<Buffer> =>
  inTurn(() =>
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }),
  );

type Cost = { N: number; r: number; p: number };

const write = (salt: Buffer, key: Buffer): string => {
  const { N, r, p } = COST;
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
};

/** @returns `scrypt$N$r$p$salt$key`, the last two in base64url @throws HashingBusyError */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(SALT_BYTES);
  return write(salt, await derive(password, salt, COST));
};

/**
 * Takes as long for a wrong password as for the right one.
 *
 * @throws HashingBusyError, or Error for what hashPassword didn't write
 */
export const isPassword = async (password: string, hash: string): Promise<boolean> => {
  const [kind, N, r, p, salt = '', key = ''] = hash.split('$');
  if (kind !== 'scrypt') throw new Error("this kind of password hash isn't supported");
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost);
  const expected = Buffer.from(key, 'base64url');
  return derived.length === expected.length && timingSafeEqual(derived, expected);
};

/** Of nobody: compared with where there is no such operator, so that the time taken tells nothing. */
export const NOBODYS_HASH = write(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));

/** Why a password is refused; null when it will do. */
export const passwordFault = (password: string): string | null => {
  if (password.length < SHORTEST_PASSWORD) {
    return `A password must have at least ${SHORTEST_PASSWORD} characters.`;
  }
  return password.length > LONGEST_PASSWORD
    ? `A password can have at most ${LONGEST_PASSWORD} characters.`
    : null;
};
