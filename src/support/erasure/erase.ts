import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { type Actor, insistOn } from '../../access/actor.ts';
import { invalid } from '../../access/errors.ts';
import { recordChange } from '../../audit-log/record.ts';
import type { UserIdentity } from '../../config/user-identity.ts';
import { type Client, inTransactionWithRetries } from '../../db/client.ts';
import { idsOf, type Person } from '../../model/person.ts';
import { isStorable } from '../../seam/storable.ts';
import { cleanNote } from '../cases/notes.ts';
import { type Erasure, finishErasure, readErasure } from './carry-out.ts';
import { identify } from './identify.ts';
import { createScrubber } from './scrubber.ts';
import { profileOf, type Sources, spellingsOf, userMeantBy } from './spellings.ts';

/** How an erasure stands. It never says whose it is. */
export type ErasureResult = Erasure &
  Readonly<{
    /** Whether the app's own table still has the user: what Seam and the app say next can name them again. */
    user_is_still_there: boolean;
  }>;

const LONGEST_ID = 500;

/** @throws SupportError `invalid` */
export const checkUserId = (userId: string): string => {
  if (userId.trim() !== '' && userId.length <= LONGEST_ID && isStorable(userId)) return userId;
  throw invalid({ user_id: 'Give the id of a user, as your app has it.' });
};

/**
 * Erases what is known of a user: what names them goes, and a pseudonym takes the place of their id, so that
 * links, their history and counts stay true. Where it is cut off, `work` finishes it.
 *
 * @param order.userId in any spelling that means them
 * @param why for the audit log; what names them in it is left out, too
 * @param signal ends it after the page that is under way
 * @throws SupportError `invalid` (`user_id`, `why`, `idempotency-key`), `not_allowed`, `refused`; DoneBeforeError; UsersTableError
 */
export const erasePerson = async (
  sources: Sources,
  actor: Actor,
  order: Readonly<{ userId: string; why: string }>,
  signal: AbortSignal,
): Promise<ErasureResult> => {
  insistOn(actor, 'erase_person');
  const given = checkUserId(order.userId);
  const why = cleanNote(order.why, 'why');
  const { pool, config } = sources;
  const userId = await userMeantBy(sources, given);
  const profile = await profileOf(sources, actor, userId);
  const ids = await spellingsOf(sources, userId, given);
  const id = await inTransactionWithRetries(pool, async client => {
    const begun = await beginOrGoOn(client, userId, () => identify(client, ids, profile));
    // One that goes on was begun under another spelling, perhaps.
    const spelt = [...new Set([...idsOf(ids), ...idsOf(begun.person)])];
    const person = { ...begun.person, otherSpellings: spelt };
    const scrubber = createScrubber(person, begun.pseudonym, config.identity);
    insistOnNeutralKey(
      actor,
      text => scrubber.text(text) !== text || spelt.some(id => text.includes(id)),
    );
    await recordChange(client, actor, {
      action: 'erase_person',
      target: `erasure:${begun.id}`,
      after: { pseudonym: begun.pseudonym },
      why: scrubber.text(why),
    });
    return begun.id;
  });
  await finishErasure(pool, id, config.identity, signal);
  return { ...(await readErasure(pool, id)), user_is_still_there: profile !== null };
};

/** It is kept with the audit row, and with the answer: after all that is erased. */
const insistOnNeutralKey = (
  { idempotencyKey }: Actor,
  namesThem: (text: string) => boolean,
): void => {
  if (idempotencyKey === null || !namesThem(idempotencyKey)) return;
  throw invalid({
    'idempotency-key': 'This Idempotency-Key names the user, and it is kept. Use one that doesn’t.',
  });
};

type Begun = Readonly<{ id: number; pseudonym: string; person: Person }>;

/** One of the same user that has not ended goes on: two who ask at once do it once. */
const beginOrGoOn = async (
  client: Client,
  userId: string,
  find: () => Promise<Person>,
): Promise<Begun> => {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`erase ${userId}`]);
  const { rows } = await client.query<Begun>(
    `select id::int, pseudonym, person from reconciler.erasures
      where finished_at is null and person->>'userId' = $1`,
    [userId],
  );
  if (rows[0] !== undefined) return rows[0];
  const person = await find();
  const pseudonym = `erased:${randomBytes(12).toString('hex')}`;
  // Not with Drizzle, whose errors tell what was to be written.
  const inserted = await client.query<Pick<Begun, 'id'>>(
    'insert into reconciler.erasures (pseudonym, person) values ($1, $2) returning id::int',
    [pseudonym, JSON.stringify(person)],
  );
  const [row] = inserted.rows;
  if (row === undefined) throw new Error('the erasure could not be stored');
  return { id: row.id, pseudonym, person };
};

/**
 * Goes on with what was cut off. One that fails keeps no other waiting.
 *
 * @returns how many were finished
 * @throws what the first of those that failed threw
 */
export const finishErasures = async (
  pool: pg.Pool,
  identity: UserIdentity,
  signal: AbortSignal,
): Promise<number> => {
  const { rows } = await pool.query<{ id: number }>(
    'select id::int from reconciler.erasures where finished_at is null order by id limit 20',
  );
  let finished = 0;
  const faults: unknown[] = [];
  for (const { id } of rows) {
    if (signal.aborted) break;
    try {
      if (await finishErasure(pool, id, identity, signal)) finished++;
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
  return finished;
};
