import { createHash } from 'node:crypto';
import type { Html } from './html.ts';

/** A form's numbers differ each time; any of them will do. And how long ago something was, a page tells by itself. */
const CHANGES_BY_ITSELF =
  /<input type="hidden" name="(?:csrf|once)" value="[^"]*">|(?<=<time datetime="[^"]+" title="[^"]+">)[^<]+(?=<\/time>)/g;

/**
 * What a part of a page shows, in short: as long as it is the same, there is nothing to be sent anew.
 *
 * @param of which part it is
 */
export const tagOf = (of: string, body: Html): string =>
  createHash('sha256')
    .update(of)
    .update('\n')
    .update(body.toString().replace(CHANGES_BY_ITSELF, ''))
    .digest('base64url')
    .slice(0, 22);

/**
 * Whether one of a page's parts is still what the browser has of it.
 *
 * @param given the header If-None-Match
 */
export const isUnchanged = (body: Html, given: string | undefined): boolean => {
  const [, tag] = /^(?:W\/)?"([\w-]{22})"$/.exec(given ?? '') ?? [];
  return tag !== undefined && body.toString().includes(` data-tag="${tag}">`);
};
