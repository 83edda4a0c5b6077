import { isIP } from 'node:net';
import type { EndpointKind } from '../model/message.ts';
import { createAddressGuard } from './addresses.ts';

/** Beyond that, servers and proxies refuse URLs. */
const LONGEST_URL = 2_000;
/** What BullMQ and Redis take without ado, and people can read. */
const QUEUE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** Those that carry our own work, whichever workspace they are of. */
const OUR_QUEUES = ['looks', 'endpoints'] as const;

const ALLOW = 'add its network to ENDPOINT_PRIVATE_NETWORKS if messages may go there';

/**
 * Whether messages may go there, as far as it can be told without asking anybody: what a name leads to is judged each
 * time that it is connected to.
 *
 * @param privateNetworks of ENDPOINT_PRIVATE_NETWORKS
 * @returns a sentence for people; null: it may be
 */
export const checkTarget = (
  kind: EndpointKind,
  target: string,
  privateNetworks: readonly string[],
): string | null => (kind === 'queue' ? queueFault(target) : urlFault(target, privateNetworks));

const queueFault = (name: string): string | null => {
  if (!QUEUE_NAME.test(name)) {
    return 'The name of the queue must be 1 to 100 letters, digits, dots, hyphens and underscores, beginning with a letter or a digit.';
  }
  return OUR_QUEUES.some(own => name.toLowerCase().startsWith(own))
    ? `Names that begin with ${OUR_QUEUES.join(' or ')} are those of our own queues. Choose another one, such as seam-messages, for your app's worker.`
    : null;
};

const urlFault = (target: string, privateNetworks: readonly string[]): string | null => {
  const url = URL.canParse(target) ? new URL(target) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol)) {
    return 'The target must be a URL that begins with https://, such as https://app.example.com/webhooks/connections.';
  }
  if (target.length > LONGEST_URL) return `The URL may have at most ${LONGEST_URL} characters.`;
  if (url.username !== '' || url.password !== '') {
    return 'The URL may hold no user name and no password: the app knows our messages by their signature.';
  }
  if (url.hash !== '') return 'The URL may have no fragment (#…): it is never sent.';
  return hostFault(url, privateNetworks);
};

const hostFault = (url: URL, privateNetworks: readonly string[]): string | null => {
  const standingOf = createAddressGuard(privateNetworks);
  const isPlain = url.protocol === 'http:';
  const addresses = addressesOf(url.hostname);
  if (addresses === null) {
    return isPlain && privateNetworks.length === 0 ? NEEDS_TLS : null;
  }
  const standings = addresses.map(standingOf);
  if (standings.includes('allowed')) return null;
  if (standings.includes('forbidden')) {
    return `${hostOf(url)} is not a public address: ${ALLOW}.`;
  }
  return isPlain ? NEEDS_TLS : null;
};

const NEEDS_TLS =
  'The URL must begin with https://: http:// is only for addresses in ENDPOINT_PRIVATE_NETWORKS.';

/**
 * What may keep messages from going to a target that was taken: a name is asked for only when it is connected to, and
 * then http:// goes to no public address.
 *
 * @returns a sentence for people; null: nothing that is known yet
 */
export const targetWarning = (kind: EndpointKind, target: string): string | null => {
  if (kind === 'queue' || !URL.canParse(target)) return null;
  const url = new URL(target);
  if (url.protocol !== 'http:' || addressesOf(url.hostname) !== null) return null;
  return `http:// is only for addresses in ENDPOINT_PRIVATE_NETWORKS. If ${hostOf(url)} leads to another one, no message gets there: use https:// then.`;
};

/** The host as an address or a name, without brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replaceAll(/[[\]]/g, '');

/**
 * Which addresses a host of a URL stands for without anybody being asked; null for a name. The URL's reader has already
 * turned other spellings of an IPv4 address (decimal, octal, hexadecimal) into the usual one.
 */
const addressesOf = (hostname: string): readonly string[] | null => {
  const host = hostname.replaceAll(/[[\]]/g, '').replace(/\.$/, '');
  if (isIP(host) !== 0) return [host];
  // RFC 6761: these names are this machine, whatever a resolver says.
  return host === 'localhost' || host.endsWith('.localhost') ? ['127.0.0.1', '::1'] : null;
};

/** The target as people may see it: a URL without what it asks for after the path, which may be a secret. */
export const shownTarget = (target: string): string => {
  if (!URL.canParse(target)) return target;
  const { origin, pathname } = new URL(target);
  return origin === 'null' ? target : `${origin}${pathname}`;
};
