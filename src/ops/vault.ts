import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Keeps a text in the database so that it is no use to who reads that alone: with a key made from a secret. */
export const createVault = (secret: string, purpose: string) => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `seam-reconciler ${purpose}`, 32));
  return {
    lock: (text: string): string => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce);
      const locked = [cipher.update(text, 'utf8'), cipher.final()];
      return Buffer.concat([nonce, cipher.getAuthTag(), ...locked]).toString('base64url');
    },
    /** @returns null for what another secret has locked, or nobody */
    unlock: (locked: string): string | null => {
      const bytes = Buffer.from(locked, 'base64url');
      const [nonce, tag, rest] = [
        bytes.subarray(0, NONCE_BYTES),
        bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES),
        bytes.subarray(NONCE_BYTES + TAG_BYTES),
      ];
      try {
        const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
        decipher.setAuthTag(tag);
        return Buffer.concat([decipher.update(rest), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
};
