import { createHash, createHmac } from 'node:crypto';
import { SECRET } from '../fixtures/settings.ts';

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Signs as Svix documents it, without any of its code. Source: docs.svix.com, "Verifying manually" */
export const signatureOf = (
  { id, seconds, body }: { id: string; seconds: number; body: Buffer },
  secret: string = SECRET,
): string => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const hmac = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body);
  return `v1,${hmac.digest('base64')}`;
};

type Message = Readonly<{ id: string; seconds: number; body: Buffer }>;

/** What was signed in earnest: nothing else may ever be stored. */
export type Ledger = Readonly<{
  /** @returns the signature */
  sign: (message: Message) => string;
  has: (message: Message) => boolean;
}>;

const keyOf = ({ id, seconds, body }: Message): string =>
  createHash('sha256').update(`${seconds}.${id}\n`).update(body).digest('base64');

export const createLedger = (): Ledger => {
  const signed = new Set<string>();
  return {
    sign: message => {
      signed.add(keyOf(message));
      return signatureOf(message);
    },
    has: message => signed.has(keyOf(message)),
  };
};
