import { createHash, randomBytes } from 'node:crypto';

/** 256 bits that nobody can guess, as text for a cookie, a header or a link. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Whether it can be one: what can't is asked of no database. */
export const isSecret = (text: string): boolean => /^[\w-]{43}$/.test(text);

/** What is stored of it: enough to know it again, and no use to who reads the database. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();
