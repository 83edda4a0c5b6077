import { randomBytes } from 'node:crypto';
import { createVault } from '../ops/vault.ts';

/** What Standard Webhooks asks for is 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** Makes secrets of endpoints, and keeps them so that they are no use to who reads the database alone. */
export type SecretBox = Readonly<{
  /**
   * @returns a secret as apps verify with it (`whsec_…`), to be shown once, and as it is stored
   * @throws NoSecretsKeyError when no key is set
   */
  make: () => Readonly<{ secret: string; sealed: string }>;
  /** @returns null for what was sealed with another key */
  open: (sealed: string) => string | null;
}>;

/** There is nothing to seal an endpoint's secret with. */
export class NoSecretsKeyError extends Error {
  override readonly name = 'NoSecretsKeyError';

  constructor() {
    super(
      'ENDPOINT_SECRETS_KEY is missing: the secrets of endpoints are sealed with it. Set it to at least 32 random characters, for every process.',
    );
  }
}

/** @param keys of ENDPOINT_SECRETS_KEY: the first seals, each opens what it has sealed */
export const createSecretBox = (keys: readonly string[]): SecretBox => {
  const vaults = keys.map(key => createVault(key, 'endpoint secrets'));
  return {
    make: () => {
      const [vault] = vaults;
      if (vault === undefined) throw new NoSecretsKeyError();
      const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
      return { secret, sealed: vault.lock(secret) };
    },
    open: sealed => {
      for (const vault of vaults) {
        const secret = vault.unlock(sealed);
        if (secret !== null) return secret;
      }
      return null;
    },
  };
};
