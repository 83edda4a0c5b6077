import { isUtf8 } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Webhook, WebhookVerificationError } from 'svix';
import type { Workspace } from '../config/workspaces.ts';

/** The three headers that a signature is made of, by their names as Svix sends them. */
export type SignatureHeaders = Readonly<{
  'svix-id': string;
  'svix-timestamp': string;
  'svix-signature': string;
}>;

export type Verification =
  | { kind: 'verified'; headers: SignatureHeaders }
  | { kind: 'refused'; type: 'unsigned' | 'bad_signature' | 'too_old'; message: string };

export type Verifier = (body: Buffer, headers: IncomingHttpHeaders) => Verification;

/**
 * Makes a function that tells whether a webhook was signed with any of our secrets within the last
 * five minutes (svix's tolerance). Fails closed: whatever isn't verified is refused.
 * Source: docs.svix.com/receiving/verifying-payloads/how
 *
 * @param secrets `whsec_…`, one or (while rotating) several
 * @throws Error when a secret isn't base64
 */
export const createVerifier = (secrets: readonly string[]): Verifier => {
  const webhooks = secrets.map(secret => new Webhook(secret));
  return (body, allHeaders) => {
    const headers = signatureHeaders(allHeaders);
    if (headers === null) {
      return refused(
        'unsigned',
        'The headers svix-id, svix-timestamp and svix-signature are required.',
      );
    }
    // svix signs text: bytes that are no text would be verified as other bytes than were received.
    if (!isUtf8(body)) return refused('bad_signature', 'The body is not UTF-8 text.');
    // svix reads the digits that it begins with, zeros left out; what is stored is to be what was signed.
    if (!/^-?[1-9]\d*$/.test(headers['svix-timestamp'])) {
      return refused('bad_signature', "The timestamp isn't a number of seconds.");
    }
    const faults = webhooks.map(webhook => whyNotSigned(webhook, body, headers));
    if (faults.includes(null)) return { kind: 'verified', headers };
    if (faults.some(fault => /too old|too new/.test(fault ?? ''))) {
      return refused('too_old', 'The timestamp is more than five minutes from now.');
    }
    return refused('bad_signature', 'No signature matches.');
  };
};

type SignerVerification =
  | (Extract<Verification, { kind: 'verified' }> & Readonly<{ workspaceId: string | null }>)
  | Extract<Verification, { kind: 'refused' }>;

/** Tells whether a webhook was signed, and by which workspace (null: the only one, whose id isn't known). */
export type SignerVerifier = (body: Buffer, headers: IncomingHttpHeaders) => SignerVerification;

/**
 * As `createVerifier`, for the secrets of several workspaces.
 *
 * @throws Error when a secret isn't base64
 */
export const createSignerVerifier = (
  workspaces: readonly Pick<Workspace, 'id' | 'webhookSecrets'>[],
): SignerVerifier => {
  const verifiers = workspaces.map(({ id, webhookSecrets }) => ({
    workspaceId: id,
    verify: createVerifier(webhookSecrets),
  }));
  return (body, headers) => {
    let refusal: (Verification & { kind: 'refused' }) | null = null;
    for (const { workspaceId, verify } of verifiers) {
      const verification = verify(body, headers);
      if (verification.kind === 'verified') return { ...verification, workspaceId };
      // Signed by this one, though too long ago: that tells more than the others' "no".
      if (refusal === null || verification.type !== 'bad_signature') refusal = verification;
    }
    return refusal ?? refused('bad_signature', 'No signature matches.');
  };
};

export type SignatureCheck =
  /** `secret`: which of them, from 1. */
  | { kind: 'verified'; signedAt: Date; secret: number }
  | { kind: 'bad_signature'; signedAt: Date }
  | { kind: 'unsigned' };

/**
 * Tells whether these bytes were once signed with one of the secrets, however long ago: the signature is
 * made again and compared. For what is stored already; what comes in goes through `createVerifier`.
 *
 * @throws Error when a secret isn't base64
 */
export const checkSignature = (
  secrets: readonly string[],
  body: Buffer,
  allHeaders: Readonly<Record<string, string>>,
): SignatureCheck => {
  const headers = signatureHeaders(allHeaders);
  if (headers === null) return { kind: 'unsigned' };
  const signedAt = new Date(Number(headers['svix-timestamp']) * 1_000);
  if (Number.isNaN(signedAt.getTime())) return { kind: 'unsigned' };
  const given = headers['svix-signature'].split(' ');
  const signs = (secret: string): boolean => {
    const made = new Webhook(secret).sign(headers['svix-id'], signedAt, body);
    return given.some(signature => isSame(signature, made));
  };
  const secret = isUtf8(body) ? secrets.findIndex(signs) : -1;
  return secret === -1
    ? { kind: 'bad_signature', signedAt }
    : { kind: 'verified', signedAt, secret: secret + 1 };
};

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** @returns svix's own words for what is wrong; null for a good signature */
const whyNotSigned = (webhook: Webhook, body: Buffer, headers: SignatureHeaders): string | null => {
  try {
    webhook.verify(body, headers);
    return null;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.message;
    throw error;
  }
};

const refused = (
  type: (Verification & { kind: 'refused' })['type'],
  message: string,
): Verification & { kind: 'refused' } => ({ kind: 'refused', type, message });

const signatureHeaders = (headers: IncomingHttpHeaders): SignatureHeaders | null => {
  const read = (name: string): string | null => {
    const value = headers[`svix-${name}`] ?? headers[`webhook-${name}`];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const id = read('id');
  const timestamp = read('timestamp');
  const signature = read('signature');
  if (id === null || timestamp === null || signature === null) return null;

  return { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signature };
};
