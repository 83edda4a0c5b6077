import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { createAddressGuard } from './addresses.ts';
import { hostOf } from './target.ts';

/** What asks the system which addresses a name has. */
export type Resolve = (
  hostname: string,
  options: Readonly<{ all: true }>,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Nothing was sent: it would have gone where messages may not go. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
}

/** Keeps what is sent to a URL from going elsewhere than to a public address, or to one that is allowed. */
export type Guard = Readonly<{
  /** @throws ForbiddenAddressError where the URL itself says an address that is forbidden: then no name is looked up */
  checkHost: () => void;
  /** Of the connection: gives the addresses of a name only if all of them may be connected to. */
  lookup: LookupFunction;
  /** @throws ForbiddenAddressError for a connection that has led elsewhere, or was made under other settings */
  checkConnected: (socket: Socket) => void;
}>;

/**
 * Judged is the address that is really connected to, each time: a name that was public when the endpoint was added may
 * be another one by now (DNS rebinding).
 *
 * @param privateNetworks of ENDPOINT_PRIVATE_NETWORKS
 */
export const createGuard = (
  url: URL,
  privateNetworks: readonly string[],
  resolve: Resolve = lookup,
): Guard => {
  const standingOf = createAddressGuard(privateNetworks);
  const isPlain = url.protocol === 'http:';
  const host = hostOf(url);

  const check = (address: string): void => {
    const standing = standingOf(address);
    if (standing === 'allowed' || (standing === 'public' && !isPlain)) return;
    const where = address === host ? host : `${host} leads to ${address}, which`;
    throw new ForbiddenAddressError(
      standing === 'public'
        ? `Nothing was sent: http:// is only for addresses in ENDPOINT_PRIVATE_NETWORKS, and ${where} is public. Use https://.`
        : `Nothing was sent: ${where} is not a public address. Add its network to ENDPOINT_PRIVATE_NETWORKS if messages may go there.`,
    );
  };

  return {
    checkHost: () => {
      if (isIP(host) !== 0) check(host);
    },
    lookup: (hostname, options, callback) =>
      resolve(hostname, { ...options, all: true }, (error, addresses) => {
        try {
          if (error !== null) throw error;
          for (const { address } of addresses) check(address);
        } catch (refused) {
          callback(refused as NodeJS.ErrnoException, []);
          return;
        }
        const [first] = addresses;
        if (options.all === true || first === undefined) callback(null, addresses);
        else callback(null, first.address, first.family);
      }),
    checkConnected: ({ remoteAddress }) => {
      // Without one it has ended already, and nothing can be sent over it.
      if (remoteAddress !== undefined) check(remoteAddress);
    },
  };
};
