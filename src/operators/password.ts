import {
  randomBytes,
  type ScryptOptions,
  scrypt as scryptCallback,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';

const scrypt = promisify<string, Buffer, number, ScryptOptions, Buffer>(scryptCallback);

/** Source: OWASP Password Storage Cheat Sheet, scrypt: N = 2^17, r = 8, p = 1 (128 MiB, some 0.4 s). */
const COST = { N: 2 ** 17, r: 8, p: 1 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
export const SHORTEST_PASSWORD = 12;
/** More is no safer, and would have to be hashed. */
export const LONGEST_PASSWORD = 200;

/** One at a time: whoever sends many at once must not use up the machine's memory. */
let last: Promise<unknown> = Promise.resolve();
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const turn = last.then(work, work);
  last = turn.catch(() => undefined); // Told to whoever asked; the next one's turn comes all the same.
  return turn;
};

const derive = (password: string, salt: Buffer, { N, r, p }: typeof COST | Cost): Promise<Buffer> =>
  inTurn(() =>
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }),
  );

type Cost = { N: number; r: number; p: number };

/** @returns `scrypt$N$r$p$salt$key`, the last two in base64url */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST);
  const { N, r, p } = COST;
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
};

/** Takes as long for a wrong password as for the right one. @throws Error for what hashPassword didn't write */
export const isPassword = async (password: string, hash: string): Promise<boolean> => {
  const [kind, N, r, p, salt = '', key = ''] = hash.split('$');
  if (kind !== 'scrypt') throw new Error('this password hash is of no kind that is known here');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost);
  const expected = Buffer.from(key, 'base64url');
  return derived.length === expected.length && timingSafeEqual(derived, expected);
};

/** Of nobody: compared with where there is no such operator, so that the time taken tells nothing. */
let nobody: Promise<string> | null = null;
export const nobodysHash = (): Promise<string> => {
  nobody ??= hashPassword(randomBytes(SALT_BYTES).toString('hex'));
  return nobody;
};

/** Why a password is refused; null when it will do. */
export const passwordFault = (password: string): string | null => {
  if (password.length < SHORTEST_PASSWORD) {
    return `A password has at least ${SHORTEST_PASSWORD} characters.`;
  }
  return password.length > LONGEST_PASSWORD
    ? `A password has at most ${LONGEST_PASSWORD} characters.`
    : null;
};
