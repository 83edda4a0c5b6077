/**
 * Why a request is no message to be trusted.
 *
 * - `missing_header`: it isn't signed as Standard Webhooks has it
 * - `wrong_signature`: none of its signatures is of this body with one of your secrets
 * - `too_old`, `too_new`: signed at another time than now: sent again by a stranger, or a clock is wrong
 * - `body_parsed`, `body_read`: your app has taken the body apart before; the message says what to do
 * - `body_too_large`: longer than a message can be
 * - `not_a_message`: well signed, but no JSON, or another JSON than a message is
 */
export type SignatureReason =
  | 'missing_header'
  | 'wrong_signature'
  | 'too_old'
  | 'too_new'
  | 'body_parsed'
  | 'body_read'
  | 'body_too_large'
  | 'not_a_message';

const STATUS: Readonly<Partial<Record<SignatureReason, number>>> = {
  // The fault is your app's own: so it is answered as one, and the message comes again.
  body_parsed: 500,
  body_read: 500,
  body_too_large: 413,
};

/** What `verify` throws about a request that is not to be trusted. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
  readonly reason: SignatureReason;
  /** What to answer. Express and Fastify do so by themselves where the error is left to them. */
  readonly status: number;
  /** The same, as Fastify reads it. */
  readonly statusCode: number;

  constructor(reason: SignatureReason, message: string) {
    super(message);
    this.reason = reason;
    this.status = STATUS[reason] ?? 400;
    this.statusCode = this.status;
  }
}
