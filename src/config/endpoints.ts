import { isIP } from 'node:net';
import { z } from 'zod';

/* What is set of endpoints, the way out to the app. */

/** Shorter ones could be guessed by who has the database. */
const SHORTEST_KEY = 32;

const split = (text: string): string[] => text.split(',').map(part => part.trim());

/** The first seals, each opens: so that one is changed without losing what the former has sealed. */
export const endpointSecretsKeys = z
  .string()
  .transform(split)
  .refine(keys => keys.every(key => key.length >= SHORTEST_KEY), {
    error: `must be at least ${SHORTEST_KEY} characters (openssl rand -base64 32); separate several with commas`,
  });

/** `10.0.0.0/8`, `::1`; not `0.0.0.0/0`, which would be everything. */
const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...more] = text.split('/');
  const version = address.includes('%') ? 0 : isIP(address);
  if (version === 0 || more.length > 0) return false;
  if (bits === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
};

export const endpointPrivateNetworks = z
  .string()
  .transform(split)
  .refine(networks => networks.every(isNetwork), {
    error:
      'must be addresses or networks (10.20.0.0/16, fd00:20::/48), separated by commas; not all addresses there are (/0)',
  });
