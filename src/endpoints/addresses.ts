import { BlockList, isIP } from 'node:net';

/* Which addresses messages may go to: public ones, and those of private networks that are allowed by a setting. */

/** How an address stands: anybody's, in a network of the setting, or neither. */
export type Standing = 'public' | 'allowed' | 'forbidden';

/** Not of the public Internet, or of no single host (IANA's special-purpose registry for IPv4, RFC 6890). */
const NOT_PUBLIC_4: readonly (readonly [address: string, bits: number])[] = [
  ['0.0.0.0', 8], // "this" network
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local: metadata of clouds
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16],
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
];

/** Within 2000::/3, which is all of the public IPv6 Internet (IANA's special-purpose registry for IPv6). */
const NOT_PUBLIC_6: readonly (readonly [address: string, bits: number])[] = [
  ['2001::', 23], // protocols: Teredo, benchmarks, ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: holds an IPv4 address of anybody's choice
  ['3fff::', 20], // documentation
];

const listOf = (networks: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6') => {
  const list = new BlockList();
  for (const [address, bits] of networks) list.addSubnet(address, bits, family);
  return list;
};
const notPublic4 = listOf(NOT_PUBLIC_4, 'ipv4');
const notPublic6 = listOf(NOT_PUBLIC_6, 'ipv6');
const global6 = listOf([['2000::', 3]], 'ipv6');
/** IPv6 that stands for an IPv4 address: as sockets have it (RFC 4291), and by NAT64 (RFC 6052). */
const holds4 = listOf(
  [
    ['::ffff:0:0', 96],
    ['64:ff9b::', 96],
  ],
  'ipv6',
);

const GROUPS = 8;

/** The last 32 bits of an IPv6 address, as an IPv4 address is written. */
const last32 = (address: string): string => {
  // A URL writes it in one way only: RFC 5952, without dots.
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groupsOf = (text: string): string[] => text.split(':').filter(group => group !== '');
  const [first, last] = [groupsOf(before), groupsOf(after ?? '')];
  const zeros = Array<string>(GROUPS - first.length - last.length).fill('0');
  const [high = 0, low = 0] = [...first, ...zeros, ...last]
    .slice(-2)
    .map(group => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
};

/** What is really spoken to: an IPv4 address within an IPv6 one is that. */
const plainOf = (address: string): Readonly<{ address: string; family: 'ipv4' | 'ipv6' }> => {
  if (isIP(address) === 4) return { address, family: 'ipv4' };
  return holds4.check(address, 'ipv6')
    ? { address: last32(address), family: 'ipv4' }
    : { address, family: 'ipv6' };
};

/**
 * @param privateNetworks addresses and CIDRs, as ENDPOINT_PRIVATE_NETWORKS has them
 * @returns tells of an address how it stands; what is none is forbidden
 */
export const createAddressGuard = (
  privateNetworks: readonly string[],
): ((address: string) => Standing) => {
  const allowed = new BlockList();
  for (const network of privateNetworks) {
    const [address = '', bits] = network.split('/');
    const isV4 = isIP(address) === 4;
    allowed.addSubnet(address, Number(bits ?? (isV4 ? 32 : 128)), isV4 ? 'ipv4' : 'ipv6');
  }
  return text => {
    // With a zone (`fe80::1%eth0`) it is of this very link.
    if (isIP(text) === 0 || text.includes('%')) return 'forbidden';
    const { address, family } = plainOf(text);
    if (allowed.check(address, family)) return 'allowed';
    const isPublic =
      family === 'ipv4'
        ? !notPublic4.check(address, family)
        : global6.check(address, family) && !notPublic6.check(address, family);
    return isPublic ? 'public' : 'forbidden';
  };
};
