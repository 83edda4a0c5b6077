import { isIP } from 'node:net';
import type { Request } from 'express';

/** An address as one writes it: without a port, brackets or a zone; an IPv4 one as such. Null for what is none. */
const addressIn = (text: string): string | null => {
  const [, inBrackets] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? [];
  const [, beforePort] = /^(\d+(?:\.\d+){3}):\d+$/.exec(text) ?? [];
  const bare = (inBrackets ?? beforePort ?? text).replace(/%.*$/, '');
  const [, mapped] = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(bare) ?? [];
  const address = mapped ?? bare;
  return isIP(address) === 0 ? null : address.toLowerCase();
};

/**
 * From which address a request comes: as the proxies say that are to be believed (TRUST_PROXY), else as the
 * connection says. What is no address is never taken for one.
 */
export const clientAddress = (request: Pick<Request, 'ip' | 'socket'>): string =>
  addressIn(request.ip ?? '') ?? addressIn(request.socket.remoteAddress ?? '') ?? 'unknown';
