import { randomBytes } from 'node:crypto';
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import type pg from 'pg';
import type { Actor } from '../../access/actor.ts';
import { invalid, SupportError } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, inTransaction } from '../../db/client.ts';
import { nameFault } from '../operators.ts';
import { hashSecret } from '../secrets.ts';
import { endSecondSteps, type Session } from '../sessions.ts';
import { challengeToAdd, takeChallenge } from './challenges.ts';
import { insistOnOwn, listCredentials, MOST_PASSKEYS } from './passkeys.ts';
import type { RelyingParty } from './relying-party.ts';
import { type Created, optionsToCreate, verifyCreated } from './verify.ts';

/** Says nothing of whom it is. Source: Web Authentication Level 3, section 14.6.1. */
const HANDLE_BYTES = 32;

const NO_NAME_HERE =
  'Passkeys need this console to have a name: whoever runs it sets CONSOLE_URL to one, with https://.';

/** @throws SupportError `refused` where this console is at no address for which browsers make passkeys */
export const insistOnRelyingParty = (rp: RelyingParty | null): RelyingParty => {
  if (rp === null) throw new SupportError('refused', NO_NAME_HERE);
  return rp;
};

/**
 * What the browser is asked for, so that it makes a passkey: for this session, once, within five minutes.
 *
 * @throws SupportError `refused`
 */
export const beginPasskey = (
  pool: pg.Pool,
  session: Session,
  rp: RelyingParty,
): Promise<PublicKeyCredentialCreationOptionsJSON> =>
  inTransaction(pool, async client => {
    await insistOnOwn(client, session);
    const { id, name } = session.operator;
    const known = await listCredentials(client, id);
    insistOnRoom(known.length);
    const userHandle = await handleOf(client, id);
    const challenge = await challengeToAdd(client, session, userHandle);
    return optionsToCreate(rp, { challenge, userHandle, name, known });
  });

const insistOnRoom = (count: number): void => {
  if (count < MOST_PASSKEYS) return;
  throw new SupportError(
    'refused',
    `You have ${MOST_PASSKEYS} passkeys, and can’t have more: remove one first.`,
  );
};

/** The same for all of theirs, so that an authenticator keeps one for each site and person. */
const handleOf = async (client: Client, operatorId: number): Promise<Buffer> => {
  const { rows } = await client.query<{ user_handle: Buffer }>(
    'select user_handle from reconciler.passkeys where operator_id = $1 order by id limit 1',
    [operatorId],
  );
  return rows[0]?.user_handle ?? randomBytes(HANDLE_BYTES);
};

const WRONG =
  'This passkey couldn’t be checked, or it took too long, so it wasn’t added. Try again.';

/**
 * Adds the passkey that a browser has made. From now on their password alone doesn't let them in.
 *
 * @param given.credential as the browser wrote it (JSON)
 * @throws SupportError `invalid` with the faults by field, `refused`
 */
export const addPasskey = async (
  pool: pg.Pool,
  actor: Actor,
  session: Session,
  rp: RelyingParty,
  given: { name: string; credential: string },
): Promise<string> => {
  const name = given.name.trim();
  const fault = nameFault(name);
  if (fault !== null) throw invalid({ name: fault });
  // On its own: it is used up, also when nothing comes of it.
  const begun = await takeChallenge(pool, session.token, 'add');
  const created =
    begun === null ? null : await verifyCreated(given.credential, rp, begun.challenge);
  if (created === null || begun?.userHandle == null || begun.operatorId !== session.operator.id) {
    throw invalid({ credential: WRONG });
  }
  const { userHandle } = begun;
  await inTransaction(pool, async client => {
    await insistOnOwn(client, session);
    insistOnRoom((await listCredentials(client, session.operator.id)).length);
    await insert(client, session, { ...created, name, userHandle });
    await client.query(
      `update reconciler.sessions set how = 'password_and_passkey'
        where token_hash = $1 and how = 'password'`,
      [hashSecret(session.token)],
    );
    await endSecondSteps(client, session.operator.id);
    await recordChange(client, actor, {
      action: 'add_passkey',
      target: `operator:${session.operator.id}`,
      after: { passkey: name, backed_up: created.isBackedUp },
    });
  });
  return name;
};

const insert = async (
  client: Client,
  { operator }: Session,
  passkey: Created & { name: string; userHandle: Buffer },
): Promise<void> => {
  const { rowCount } = await client.query(
    `insert into reconciler.passkeys
            (operator_id, name, credential_id, public_key, user_handle, sign_count, transports, is_backed_up)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (credential_id) do nothing`,
    [
      operator.id,
      passkey.name,
      passkey.id,
      passkey.publicKey,
      passkey.userHandle,
      passkey.signCount,
      passkey.transports,
      passkey.isBackedUp,
    ],
  );
  // Somebody else's, perhaps: it is not said whose. Source: Web Authentication Level 3, section 7.1, step 27.
  if (rowCount === 0) throw invalid({ credential: WRONG });
};
