import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Response } from 'express';

/** Below this the headers are the most of it. */
const SMALLEST_BYTES = 1_024;
/** Of Brotli 11. A page is made for one reader: it should be small, and soon. */
const QUALITY = { page: 4, asset: 11 } as const;

const inBrotli = promisify(brotliCompress);
const inGzip = promisify(gzip);

/** How a body is sent. */
export type Coding = 'br' | 'gzip';

/** @param goal `asset`: made once and kept, so that it may take its time */
export const compress = (
  body: Buffer,
  coding: Coding,
  goal: keyof typeof QUALITY,
): Promise<Buffer> =>
  coding === 'gzip'
    ? inGzip(body)
    : inBrotli(body, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: QUALITY[goal],
          [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
        },
      });

/** What the other side takes, the smaller first; null: as it is. */
export const codingFor = (response: Response, bytes: number): Coding | null => {
  response.vary('accept-encoding');
  if (bytes < SMALLEST_BYTES) return null;
  const taken = response.req.acceptsEncodings('br', 'gzip');
  return taken === 'br' || taken === 'gzip' ? taken : null;
};

/**
 * Sends a document, compressed where the other side takes that. A page has a form's number and what somebody typed in it:
 * the number is spelt differently each time (maskCsrf), so that a page's length tells nothing of it.
 */
export const sendCompressed = async (response: Response, document: string): Promise<void> => {
  const body = Buffer.from(document);
  const coding = codingFor(response, body.length);
  if (coding === null) {
    response.send(body);
    return;
  }
  const small = await compress(body, coding, 'page');
  response.set('content-encoding', coding).send(small);
};
