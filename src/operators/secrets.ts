import { createHash, randomBytes } from 'node:crypto';

/** 256 bits that nobody can guess, as text for a cookie, a header or a link. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is stored of it: enough to know it again, and no use to who reads the database. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();
