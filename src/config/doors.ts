import { isIP } from 'node:net';
import { z } from 'zod';
import { url } from './values.ts';

/* How this is reached from outside: by which addresses, through which proxies. */

/** How many proxies stand before this, or which networks they are in; 0: nobody is believed. */
export type TrustProxy = number | readonly string[];

const MOST_PROXIES = 10;
/** Names of the package proxy-addr, which Express uses. */
const NETWORK_NAMES = ['loopback', 'linklocal', 'uniquelocal'];

/** `10.0.0.0/8`, `::1`; not `0.0.0.0/0`, which would believe everybody. */
const isNetwork = (text: string): boolean => {
  if (NETWORK_NAMES.includes(text)) return true;
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  if (bits === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
};

export const trustProxy = z.string().transform((text, context): TrustProxy => {
  const value = text.trim().toLowerCase();
  if (/^\d{1,2}$/.test(value) && Number(value) <= MOST_PROXIES) return Number(value);
  const networks = value.split(',').map(network => network.trim());
  if (value === 'off') return 0;
  if (networks.every(isNetwork)) return networks;
  context.addIssue({
    code: 'custom',
    message: `must be off, the number of proxies in front (at most ${MOST_PROXIES}), or their addresses and networks (10.0.0.0/8; also ${NETWORK_NAMES.join(', ')}), separated by commas`,
  });
  return z.NEVER;
});

/** Nothing that Express or a cookie would read as anything else. */
const BASE_PATH = /^(?:\/[\w.~-]+)*\/?$/;

export const consoleUrl = url('http:', 'https:').refine(
  text => {
    const { username, password, pathname, search, hash } = new URL(text);
    const isAddress = [username, password, search, hash].join('') === '';
    return isAddress && BASE_PATH.test(pathname) && !/\/support\/?$/i.test(pathname);
  },
  {
    error:
      'must be the address alone: https://support.example.com, or https://app.example.com/locks (letters, digits, "-", "_", "." and "~") where the console is at https://app.example.com/locks/support',
  },
);

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether a host (as in a URL, without the port) is this machine and no other. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname);

/** Whether browsers make passkeys for it, once it has TLS: for this machine, that is as `localhost`. */
const hasName = (text: string): boolean => {
  const { hostname } = new URL(text);
  return isLoopback(hostname) || isIP(hostname.replaceAll(/[[\]]/g, '')) === 0;
};

/** Whether two would be one; 0 is any that is free, each time another. */
export const isSamePort = (one: number | undefined, other: number | undefined): boolean =>
  one !== undefined && one !== 0 && one === other;

/** Why the ports can't be opened as they are set. */
export const portFaults = ({
  hasConsole,
  port,
  consolePort,
  metricsPort,
}: Readonly<{
  hasConsole: boolean;
  port: number;
  consolePort: number | undefined;
  metricsPort: number | undefined;
}>): string[] => [
  ...(hasConsole && isSamePort(consolePort, port)
    ? ['CONSOLE_PORT must differ from PORT (leave it out for one port)']
    : []),
  ...(isSamePort(metricsPort, port) || (hasConsole && isSamePort(metricsPort, consolePort))
    ? ['METRICS_PORT must differ from PORT and CONSOLE_PORT (no sign-in guards it)']
    : []),
];

/**
 * Why `serve` leaves the console's pages out, and takes webhooks all the same: in production links are made of
 * CONSOLE_URL alone, and what signs somebody in goes over TLS; a second factor that is required must be possible. By
 * name, never with a value.
 *
 * @returns null where they are offered, or not wanted
 */
export const consoleWithheld = ({
  production,
  hasConsole,
  consoleUrl: given,
  needsSecondFactor = false,
}: Readonly<{
  production: boolean;
  hasConsole: boolean;
  consoleUrl: string | undefined;
  needsSecondFactor?: boolean;
}>): string | null => {
  if (!hasConsole) return null;
  if (needsSecondFactor && given !== undefined && !hasName(given)) {
    return 'SECOND_FACTOR must be optional where CONSOLE_URL has no name (an IP address): no browser makes passkeys there';
  }
  if (!production) return null;
  if (given === undefined) {
    return 'CONSOLE_URL is missing: under NODE_ENV=production the console needs its public URL (or set CONSOLE=off)';
  }
  const { protocol, hostname } = new URL(given);
  return protocol === 'https:' || isLoopback(hostname)
    ? null
    : 'CONSOLE_URL must start with https:// under NODE_ENV=production (http:// only for this machine itself)';
};
