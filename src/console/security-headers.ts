import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { basePathOf } from '../http/mount.ts';
import type { ConsoleOptions } from './options.ts';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

type Place = Pick<ConsoleOptions, 'publicUrl' | 'ownsHost'>;

/**
 * Browsers hold "localhost" to it, too, with whatever else is developed there on another port; and below a path, or as a
 * part of an app, the host is the app's, which says for itself.
 */
const speaksForHost = ({ publicUrl, ownsHost }: Place): boolean =>
  ownsHost &&
  publicUrl.startsWith('https://') &&
  basePathOf(publicUrl) === '' &&
  new URL(publicUrl).hostname !== 'localhost';

/**
 * What a page may load and where a form may lead: here, and nowhere else; nothing inline runs. Where the console has
 * TLS and a host of its own, browsers come back with nothing else for a year. Its subdomains may be others': of them only a proxy can speak.
 * Source: RFC 6797.
 *
 * @param place where the console is; null where it isn't known
 */
export const createSecurityHeaders = (place: Place | null): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity:
      place !== null && speaksForHost(place)
        ? { maxAge: YEAR_SECONDS, includeSubDomains: false }
        : false,
  });
