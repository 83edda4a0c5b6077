import { invalid, SupportError } from '../../access/errors.ts';
import type { Db } from '../../db/client.ts';
import { eq, inArray, sql } from '../../db/drizzle.ts';
import { connectedAccounts, connectWebviews } from '../../db/schema.ts';
import { userKeys } from '../../db/schema-users.ts';
import { DELETION_LAG_SECONDS } from '../../db/timing.ts';
import { isBeingDeleted } from '../../reconcile/account-state.ts';
import { type Claim, possibleKeys, readClaim } from '../../reconcile/identity.ts';
import { isStorable } from '../../seam/storable.ts';
import type { Desk } from '../desk.ts';

/** To whom, and why: what a person gives. */
export type LinkOrder = Readonly<{
  userId: string;
  why: string;
  /**
   * The user to whom the person saw it linked (null: to nobody): where that has changed meanwhile, nothing
   * is done. Absent: whatever it is.
   */
  seenUserId?: string | null | undefined;
}>;

const LONGEST_WHY = 2_000;

/**
 * @returns the user's id as their table spells it, and the note
 * @throws SupportError `invalid`, by field
 */
export const checkOrder = async (
  { users }: Pick<Desk, 'users'>,
  { userId, why }: LinkOrder,
): Promise<{ userId: string; why: string }> => {
  const note = why.trim();
  const faults: Record<string, string> = { ...faultsOfNote(note) };
  const user = userId.trim() === '' ? null : await users.find(userId.trim());
  if (user === null) faults.user_id = 'Say which user.';
  else if (user.kind === 'none')
    faults.user_id = `None of our users has the id '${userId.trim()}'.`;
  else if (user.kind === 'impossible') {
    faults.user_id = `'${userId.trim()}' can't be one of our user ids: ${user.why}.`;
  }
  if (user?.kind !== 'found' || Object.keys(faults).length > 0) throw invalid(faults);
  return { userId: user.userId, why: note };
};

const faultsOfNote = (note: string): { why?: string } => {
  if (note === '') return { why: 'Write a note that says why: others will want to know.' };
  if (note.length > LONGEST_WHY) {
    const why = `The note can have at most ${LONGEST_WHY} characters. This one has ${note.length}.`;
    return { why };
  }
  return isStorable(note) ? {} : { why: 'The note contains characters that can’t be stored.' };
};

/** @returns the note that says why @throws SupportError `invalid` (`why`) */
export const checkNote = (why: string): string => {
  const note = why.trim();
  const faults = faultsOfNote(note);
  if (faults.why !== undefined) throw invalid({ why: faults.why });
  return note;
};

/** By which rules it is known whose an account is. */
type Identifying = Readonly<{ config: Pick<Desk['config'], 'identity'> }>;

/** What there is to know of an account before it is linked. */
export type KnownAccount = Readonly<{
  stored: typeof connectedAccounts.$inferSelect;
  /** Whose what we have stored of it says that it is: as in a run. */
  claim: Claim;
}>;

/**
 * An account that is to be linked, as it was last shown; null where it never was.
 *
 * @throws SupportError `refused` for one that is deleted
 */
export const readAccount = async (
  desk: Identifying,
  db: Pick<Db, 'select'>,
  accountId: string,
): Promise<KnownAccount | null> => {
  const known = await readKnownAccount(desk, db, accountId);
  if (known !== null && (known.stored.deletedAt !== null || isLeaving(known.stored))) {
    throw new SupportError(
      'refused',
      'The account was deleted in Seam, so there is nothing to link. Ask the user to connect it again through a new Connect Webview.',
    );
  }
  return known;
};

/** An account as it was last shown, deleted or not; null where it never was. */
export const readKnownAccount = async (
  { config }: Identifying,
  db: Pick<Db, 'select'>,
  accountId: string,
): Promise<KnownAccount | null> => {
  const [stored] = await db
    .select()
    .from(connectedAccounts)
    .where(eq(connectedAccounts.connectedAccountId, accountId));
  if (stored === undefined) return null;
  const [webview = null] = await db
    .select()
    .from(connectWebviews)
    .where(eq(connectWebviews.connectedAccountId, accountId))
    .orderBy(sql`${connectWebviews.seamCreatedAt} desc nulls last`)
    .limit(1);
  const shown = { account: stored, webview };
  const keys = possibleKeys(shown, config.identity);
  const known =
    keys.length === 0 ? [] : await db.select().from(userKeys).where(inArray(userKeys.key, keys));
  const evidence = {
    ...shown,
    userKeys: new Map(known.map(({ key, userId }) => [key, userId])),
    // It is stored nowhere; what a link by hand is compared with leaves it out, too.
    userIdentityKey: null,
  };
  return { stored, claim: readClaim(evidence, config.identity) };
};

/**
 * Whether somebody here had it deleted, and Seam has not shown it as one that lives since: it may lag. What
 * Seam shows after that stands, as in a run.
 */
const isLeaving = ({ deletionRequestedAt, readAt, readByRun, ...shown }: Stored): boolean => {
  if (deletionRequestedAt === null) return false;
  const isOver = readAt.getTime() > deletionRequestedAt.getTime() + DELETION_LAG_SECONDS * 1_000;
  return !isOver || readByRun === 0 || isBeingDeleted(shown);
};

type Stored = KnownAccount['stored'];
