const GROUPS = 8;
/** Of an IPv6 address the first 64 bits: one customer has all of the rest (RFC 6177, RFC 4291 section 2.5.4). */
const GROUPS_OF_NETWORK = 4;

/**
 * Whose budget an address draws on: an IPv4 address is its own, of IPv6 all of a /64 are one.
 *
 * @param address as `clientAddress` gives it; anything else stands for itself
 */
export const networkOf = (address: string): string => {
  if (!address.includes(':')) return address;
  const [before = '', after] = address.split('::');
  const groupsOf = (text: string | undefined): string[] =>
    text === undefined || text === '' ? [] : text.split(':');
  const [first, last] = [groupsOf(before), groupsOf(after)];
  const missing = after === undefined ? 0 : Math.max(0, GROUPS - first.length - last.length);
  const groups = [...first, ...Array<string>(missing).fill('0'), ...last];
  const prefix = groups.slice(0, GROUPS_OF_NETWORK).map(group => group.replace(/^0+(?=.)/, ''));
  return `${prefix.join(':')}::/64`.toLowerCase();
};
