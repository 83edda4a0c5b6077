import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import type { Message } from './message.ts';
import { SignatureError } from './signature-error.ts';
import { readSigned, type Signed, type SignedRequest } from './signed-request.ts';

export type VerifyOptions = Readonly<{
  /** How many seconds ago a message may have been signed: 1 to 300, usually 300. */
  tolerance?: number;
  /** How many bytes of a body are read at most: usually 1 MiB. */
  limit?: number;
}>;

/** The longest that Standard Webhooks' library goes by, in seconds. */
const LONGEST = 300;
const USUAL_LIMIT = 1_048_576;

/**
 * Reads a message that the reconciler sent, and makes sure that it did.
 *
 * @param request as it came, its body not yet parsed: Express, Fastify, Node, a web `Request` (Next), Hono
 * @param secret of the endpoint (`whsec_…`); several while it is rotated, of which one must fit
 * @returns the message; `switch (message.type)` says which
 * @throws SignatureError with `reason` and `status`; TypeError where a secret is none
 */
export const verify = async (
  request: SignedRequest,
  secret: string | readonly string[],
  { tolerance = LONGEST, limit = USUAL_LIMIT }: VerifyOptions = {},
): Promise<Message> => {
  const webhooks = webhooksOf(secret);
  if (!(tolerance >= 1 && tolerance <= LONGEST)) {
    throw new RangeError(`tolerance is in seconds, from 1 to ${LONGEST}.`);
  }
  const { header, body } = await readSigned(request, limit);
  const headers = headersOf(header);
  insistOnTime(headers['webhook-timestamp'], tolerance);
  if (!webhooks.some(webhook => fits(webhook, body, headers))) {
    throw new SignatureError(
      'wrong_signature',
      'No signature fits: another secret, or another body than was signed.',
    );
  }
  return messageIn(body);
};

const webhooksOf = (secret: string | readonly string[]): readonly Webhook[] => {
  const secrets = typeof secret === 'string' ? [secret] : secret;
  if (!Array.isArray(secrets) || secrets.length === 0) {
    throw new TypeError('verify needs the secret of the endpoint: whsec_….');
  }
  return secrets.map(each => {
    try {
      return new Webhook(each);
    } catch {
      throw new TypeError(
        'verify needs the secret of the endpoint as it was shown: whsec_…. This is none, or empty.',
      );
    }
  });
};

const NAMES = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
type Headers = Record<(typeof NAMES)[number], string>;

const headersOf = (header: Signed['header']): Headers => {
  const found = NAMES.map(name => [name, header(name) ?? ''] as const);
  const missing = found.filter(([, value]) => value === '').map(([name]) => name);
  if (missing.length > 0) {
    throw new SignatureError('missing_header', `It isn’t signed: without ${missing.join(', ')}.`);
  }
  return Object.fromEntries(found) as Headers;
};

const insistOnTime = (timestamp: string, tolerance: number): void => {
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new SignatureError('wrong_signature', 'webhook-timestamp is no time.');
  }
  const age = Math.floor(Date.now() / 1_000) - Number(timestamp);
  if (age > tolerance) throw new SignatureError('too_old', `It was signed ${age} s ago.`);
  if (-age > tolerance) {
    throw new SignatureError('too_new', `It was signed ${-age} s from now: is the clock right?`);
  }
};

const fits = (webhook: Webhook, body: string, headers: Headers): boolean => {
  try {
    webhook.verify(body, headers, { jsonParse: false });
    return true;
  } catch (error) {
    // A signature without its comma is a TypeError of the library's.
    if (error instanceof WebhookVerificationError || error instanceof TypeError) return false;
    throw error;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Looks only at what every message has: what is new in later versions passes. */
const messageIn = (body: string): Message => {
  const message = parse(body);
  if (
    !isObject(message) ||
    typeof message.type !== 'string' ||
    typeof message.timestamp !== 'string' ||
    !isObject(message.data)
  ) {
    throw new SignatureError('not_a_message', 'It is well signed, but no message of ours.');
  }
  return message as Message;
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new SignatureError('not_a_message', 'It is well signed, but no JSON.');
  }
};
