import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** A sign-in that is under way at the company's provider, as the browser that began it keeps it. */
const begunSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** Where it leads. */
  next: z.string(),
  /** ms since 1970. */
  until: z.number(),
});
export type BegunSignIn = Omit<z.infer<typeof begunSchema>, 'until'>;

/** So long somebody may take for it. */
export const BEGUN_MINUTES = 10;

/** Seals what a browser keeps, so that it can't be made up or kept for longer: with a key made from a secret. */
export const createSeal = (secret: string) => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'seam-reconciler begun sign-in', 32));
  const signatureOf = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return {
    seal: (begun: BegunSignIn): string => {
      const until = Date.now() + BEGUN_MINUTES * 60_000;
      const text = Buffer.from(JSON.stringify({ ...begun, until })).toString('base64url');
      return `${text}.${signatureOf(text).toString('base64url')}`;
    },
    /** @returns null for what was not sealed here, or too long ago */
    open: (sealed: string): BegunSignIn | null => {
      const [text = '', signature = ''] = sealed.split('.');
      const [own, given] = [signatureOf(text), Buffer.from(signature, 'base64url')];
      if (own.length !== given.length || !timingSafeEqual(own, given)) return null;
      const begun = begunSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
      return begun.until < Date.now() ? null : begun;
    },
  };
};
