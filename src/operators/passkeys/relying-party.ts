import { isIP } from 'node:net';
import { isLoopback } from '../../config/doors.ts';

/** For whom passkeys are made: they work at this origin, and at no other. */
export type RelyingParty = Readonly<{ id: string; origin: string }>;

/**
 * Who that is, as CONSOLE_URL says. On this machine it is `localhost`: passkeys are for names, and no browser takes
 * an IP address for one.
 *
 * @param publicUrl CONSOLE_URL without a slash at its end; empty where it isn't known
 * @returns null where no browser makes any: an address without a name, or without TLS
 *
 * Source: Web Authentication Level 3, section 5.1.2 (a "valid domain").
 */
export const relyingPartyOf = (publicUrl: string): RelyingParty | null => {
  if (publicUrl === '') return null;
  const { protocol, hostname, port, origin } = new URL(publicUrl);
  if (isLoopback(hostname)) {
    return { id: 'localhost', origin: `${protocol}//localhost${port === '' ? '' : `:${port}`}` };
  }
  const isName = isIP(hostname.replaceAll(/[[\]]/g, '')) === 0;
  return protocol === 'https:' && isName ? { id: hostname, origin } : null;
};
