import { SignatureError } from './signature-error.ts';

/**
 * Reads a body to its end.
 *
 * @throws SignatureError `body_too_large`, once it has become so, and reads no further
 */
export const readBytes = async (
  chunks: AsyncIterable<unknown>,
  limit: number,
): Promise<Uint8Array> => {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const bytes =
      typeof chunk === 'string' ? new TextEncoder().encode(chunk) : (chunk as Uint8Array);
    length += bytes.length;
    if (length > limit) {
      throw new SignatureError('body_too_large', `The body is longer than ${limit} bytes.`);
    }
    kept.push(bytes);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const bytes of kept) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
};
