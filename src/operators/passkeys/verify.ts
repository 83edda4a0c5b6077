import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { RelyingParty } from './relying-party.ts';

/*
 * What browsers are asked for, and whether what they answer is right. The package is loaded when somebody first uses
 * a passkey: it takes a third of a second, which no other start has to wait for.
 */
const webauthn = () => import('@simplewebauthn/server');

/** Milliseconds that a browser waits for a person; the challenge itself ends on our side. */
const TIMEOUT_MS = 5 * 60_000;
/** EdDSA, ES256 and RS256, as they are numbered by COSE: what every authenticator has one of. */
const ALGORITHMS = [-8, -7, -257];

/** Bytes as a plain Uint8Array of their own: the package takes no Node buffer. */
const bytesOf = (buffer: Buffer): Uint8Array<ArrayBuffer> => Uint8Array.from(buffer);

/** A passkey as a browser may be told of it. */
export type Credential = Readonly<{ id: Buffer; transports: readonly string[] }>;

const describe = ({ id, transports }: Credential) => ({
  id: id.toString('base64url'),
  // What a browser said itself; what it doesn't know it passes over.
  transports: transports as ('usb' | 'internal')[],
});

/** @param of.known those that they have already: no authenticator makes a second one beside them */
export const optionsToCreate = async (
  rp: RelyingParty,
  of: { challenge: Buffer; userHandle: Buffer; name: string; known: readonly Credential[] },
): Promise<PublicKeyCredentialCreationOptionsJSON> =>
  (await webauthn()).generateRegistrationOptions({
    rpName: 'seam-reconciler',
    rpID: rp.id,
    userID: bytesOf(of.userHandle),
    userName: of.name,
    userDisplayName: of.name,
    challenge: bytesOf(of.challenge),
    timeout: TIMEOUT_MS,
    attestationType: 'none',
    excludeCredentials: of.known.map(describe),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  });

/** @param of.allowed left out: any of this site, as whoever holds the device chooses */
export const optionsToSign = async (
  rp: RelyingParty,
  of: { challenge: Buffer; allowed?: readonly Credential[] },
): Promise<PublicKeyCredentialRequestOptionsJSON> =>
  (await webauthn()).generateAuthenticationOptions({
    rpID: rp.id,
    challenge: bytesOf(of.challenge),
    timeout: TIMEOUT_MS,
    userVerification: 'required',
    ...(of.allowed === undefined ? {} : { allowCredentials: of.allowed.map(describe) }),
  });

const base64url = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[\w-]+$/);
const ID = base64url(1_400);
const common = { id: ID, rawId: ID, type: z.literal('public-key') };

const createdSchema = z.object({
  ...common,
  response: z.object({
    clientDataJSON: base64url(20_000),
    attestationObject: base64url(100_000),
    transports: z.array(z.string().max(32)).max(10).default([]),
  }),
});

const signedSchema = z.object({
  ...common,
  response: z.object({
    clientDataJSON: base64url(20_000),
    authenticatorData: base64url(20_000),
    signature: base64url(20_000),
    userHandle: base64url(200).nullish(),
  }),
});

/** What a browser says a passkey has signed: of the right form, and not looked at yet. */
export type Signed = z.infer<typeof signedSchema>;

const read = <S extends z.ZodType>(schema: S, text: string): z.infer<S> | null => {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
};

export const readSigned = (text: string): Signed | null => read(signedSchema, text);

/** Whether a page of ours asked for it itself: in no other site's frame. */
const isOwnFrame = (clientDataJson: string): boolean => {
  const data: unknown = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8'));
  return !(data instanceof Object && 'crossOrigin' in data && data.crossOrigin === true);
};

/**
 * The package throws for whatever is wrong with what a browser sent, errors of its own and of what it reads with
 * alike: all of them say no more than that.
 */
const orNull = async <T>(verify: () => Promise<T | null>): Promise<T | null> => {
  try {
    return await verify();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return null;
  }
};

/** A passkey that was just made. */
export type Created = Readonly<{
  id: Buffer;
  publicKey: Buffer;
  signCount: number;
  transports: readonly string[];
  isBackedUp: boolean;
}>;

/**
 * A new passkey, as a browser sent it; null where anything is wrong with it. Certificates of who made the device are
 * not asked for and not looked at: to follow one means to ask addresses that it names.
 */
export const verifyCreated = (
  text: string,
  rp: RelyingParty,
  challenge: Buffer,
): Promise<Created | null> =>
  orNull(async () => {
    const response = read(createdSchema, text);
    if (response === null || !isOwnFrame(response.response.clientDataJSON)) return null;
    const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
    const { attestationObject } = response.response;
    const attestation = decodeAttestationObject(
      bytesOf(Buffer.from(attestationObject, 'base64url')),
    );
    const isOwnWord = attestation.get('fmt') === 'packed' && !attestation.get('attStmt').get('x5c');
    if (attestation.get('fmt') !== 'none' && !isOwnWord) return null;
    const { verified, registrationInfo } = await (await webauthn()).verifyRegistrationResponse({
      response: { ...response, clientExtensionResults: {} } as RegistrationResponseJSON,
      expectedChallenge: challenge.toString('base64url'),
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return null;
    const { credential, credentialBackedUp } = registrationInfo;
    return {
      id: Buffer.from(credential.id, 'base64url'),
      publicKey: Buffer.from(credential.publicKey),
      signCount: credential.counter,
      transports: response.response.transports,
      isBackedUp: credentialBackedUp,
    };
  });

/**
 * Whether a passkey has signed this challenge, here, with whoever holds it verified (by a PIN or a finger); null where
 * not. How often it has signed is for the caller to compare, under the lock of its row.
 */
export const verifySigned = (
  signed: Signed,
  rp: RelyingParty,
  of: { challenge: Buffer; publicKey: Buffer },
): Promise<{ signCount: number; isBackedUp: boolean } | null> =>
  orNull(async () => {
    if (!isOwnFrame(signed.response.clientDataJSON)) return null;
    const { verified, authenticationInfo } = await (await webauthn()).verifyAuthenticationResponse({
      response: { ...signed, clientExtensionResults: {} } as AuthenticationResponseJSON,
      expectedChallenge: of.challenge.toString('base64url'),
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      credential: { id: signed.id, publicKey: bytesOf(of.publicKey), counter: 0 },
      requireUserVerification: true,
    });
    if (!verified) return null;
    const { newCounter: signCount, credentialBackedUp: isBackedUp } = authenticationInfo;
    return { signCount, isBackedUp };
  });
