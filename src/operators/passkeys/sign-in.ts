import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type pg from 'pg';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransaction } from '../../db/client.ts';
import { isSecret } from '../secrets.ts';
import { begin, type Known, operatorActor } from '../sign-in.ts';
import {
  type Challenge,
  challengeOfSecondStep,
  challengeToSignIn,
  takeChallenge,
} from './challenges.ts';
import { listCredentials } from './passkeys.ts';
import type { RelyingParty } from './relying-party.ts';
import { optionsToSign, readSigned, type Signed, verifySigned } from './verify.ts';

/** Why a passkey let nobody in, in the words of the security log. */
export type PasskeyFault =
  /** Nothing was asked of this browser, or too long ago, or it was answered before. */
  | 'passkey_not_begun'
  /** Nobody's who may come in, or not of whoever has shown the password. */
  | 'passkey_unknown'
  /** Signed something else, for another site, or without whoever holds it being verified. */
  | 'passkey_wrong'
  /** Has signed less often than before: there may be a copy of it. */
  | 'passkey_counter';

export type PasskeyResult =
  | Readonly<{ kind: 'signed_in'; token: string }>
  | Readonly<{ kind: 'refused'; why: PasskeyFault; operator: Known | null }>;

/** With a passkey alone, which is both factors; or with one after the password. */
export type Step = 'sign_in' | 'second_step';

/** What a browser is asked for. @returns with the token for its cookie */
export const beginPasskeySignIn = async (
  pool: pg.Pool,
  rp: RelyingParty,
): Promise<{ token: string; options: PublicKeyCredentialRequestOptionsJSON }> => {
  const { token, challenge } = await challengeToSignIn(pool);
  return { token, options: await optionsToSign(rp, { challenge }) };
};

/** The same after the password; null where nobody has shown one with this browser. */
export const askSecondStep = async (
  pool: pg.Pool,
  rp: RelyingParty,
  token: string,
): Promise<PublicKeyCredentialRequestOptionsJSON | null> => {
  const begun = isSecret(token) ? await challengeOfSecondStep(pool, token) : null;
  if (begun === null) return null;
  const allowed = await listCredentials(pool, begun.operatorId);
  return optionsToSign(rp, { challenge: begun.challenge, allowed });
};

type Row = Known &
  Readonly<{ passkey_id: number; passkey: string; public_key: Buffer; user_handle: Buffer }>;

/**
 * Signs in with what a passkey has signed. What was asked of the browser is used up, whatever comes of it.
 *
 * @param given.token of the cookie that the browser was given with the question
 * @param given.credential as the browser wrote it (JSON)
 */
export const signInWithPasskey = async (
  pool: pg.Pool,
  rp: RelyingParty,
  {
    step,
    token,
    credential,
    from,
  }: { step: Step; token: string | null; credential: string; from: string },
): Promise<PasskeyResult> => {
  if (token === null || !isSecret(token)) return refused('passkey_not_begun');
  const signed = readSigned(credential);
  return inTransaction(pool, async client => {
    // Its owner is locked first, as whoever changes what signs them in does it.
    const row = signed === null ? null : await findOwner(client, signed);
    const begun = await takeChallenge(client, token, step);
    if (begun === null) return refused('passkey_not_begun', row);
    if (signed === null) return refused('passkey_wrong');
    if (row === null || !isOf(row, begun, signed, step)) return refused('passkey_unknown', row);
    const of = { challenge: begun.challenge, publicKey: row.public_key };
    const verified = await verifySigned(signed, rp, of);
    if (verified === null) return refused('passkey_wrong', row);
    if (!(await countUse(client, row.passkey_id, verified))) {
      await recordChange(client, operatorActor(row), {
        action: 'refused',
        target: `passkey:${row.passkey_id}`,
        after: { from, passkey: row.passkey, why: 'it has signed less often than before' },
      });
      return refused('passkey_counter', row);
    }
    const how = step === 'sign_in' ? 'passkey' : 'password_and_passkey';
    return { kind: 'signed_in', token: await begin(client, row, how, from, row.passkey) };
  });
};

const refused = (why: PasskeyFault, operator: Known | null = null): PasskeyResult => ({
  kind: 'refused',
  why,
  operator:
    operator === null ? null : { id: operator.id, name: operator.name, role: operator.role },
});

const findOwner = async (client: Client, { id }: Signed): Promise<Row | null> => {
  const { rows } = await client.query<Row>(
    `select o.id::int, o.name, o.role, p.id::int as passkey_id, p.name as passkey, p.public_key, p.user_handle
       from reconciler.passkeys p join reconciler.operators o on o.id = p.operator_id
      where p.credential_id = $1 and o.disabled_at is null and o.oidc_identity is null
        for share of o`,
    [Buffer.from(id, 'base64url')],
  );
  return rows[0] ?? null;
};

/**
 * Whether a passkey is of whom it says, and of whoever has shown the password. Alone it has to say whom it is of.
 * Source: Web Authentication Level 3, section 7.2, step 6.
 */
const isOf = (row: Row, begun: Challenge, { response }: Signed, step: Step): boolean => {
  const { userHandle } = response;
  if (step === 'second_step' && begun.operatorId !== row.id) return false;
  if (userHandle === null || userHandle === undefined) return step === 'second_step';
  return Buffer.from(userHandle, 'base64url').equals(row.user_handle);
};

/** Only ever upwards, but for those that don't count. @returns false where it went back: nothing is written */
const countUse = async (
  client: Client,
  passkeyId: number,
  { signCount, isBackedUp }: { signCount: number; isBackedUp: boolean },
): Promise<boolean> => {
  const { rowCount } = await client.query(
    `update reconciler.passkeys set sign_count = $2, is_backed_up = $3, used_at = now()
      where id = $1 and (sign_count < $2 or (sign_count = 0 and $2 = 0))`,
    [passkeyId, signCount, isBackedUp],
  );
  return rowCount === 1;
};
