import { accountEmails } from '../../access/mask.ts';
import type { BulkGiven } from '../../model/bulk.ts';
import type { Lookup } from '../../users/id-type.ts';
import type { LeftOutReason } from './words.ts';

/* To whom each of many accounts is to be linked. Pure. */

/** An account that is to be linked, as far as that tells whose it is. */
export type Candidate = Readonly<{
  position: number;
  /** The id that its metadata name. */
  claimed: string | null;
  userIdentifier: Readonly<Record<string, unknown>> | null;
  displayName: string | null;
  /** Its user now, where its case is settled by that. */
  linkedTo: string | null;
}>;

/** What an account says of its user. */
export type Wanted =
  | Readonly<{ kind: 'id'; id: string }>
  | Readonly<{ kind: 'emails'; emails: readonly string[] }>
  | Readonly<{ kind: 'nobody'; why: LeftOutReason }>;

/** @param given of these, what is most particular decides: one user, then the e-mail, then the metadata */
export const wantedOf = (
  {
    claimed,
    userIdentifier,
    displayName,
  }: Pick<Candidate, 'claimed' | 'userIdentifier' | 'displayName'>,
  { userId, byEmail, withoutPrefix = '', withPrefix = '' }: BulkGiven,
): Wanted => {
  if (userId !== undefined) return { kind: 'id', id: userId };
  if (byEmail === true) {
    const emails = accountEmails({ userIdentifier: userIdentifier ?? {}, displayName });
    return emails.length === 0
      ? { kind: 'nobody', why: 'no_email' }
      : { kind: 'emails', emails: emails.map(email => email.toLowerCase()) };
  }
  if (claimed === null) return { kind: 'nobody', why: 'names_nobody' };
  if (!claimed.startsWith(withoutPrefix)) return { kind: 'nobody', why: 'other_prefix' };
  const rest = claimed.slice(withoutPrefix.length);
  return rest === ''
    ? { kind: 'nobody', why: 'names_nobody' }
    : { kind: 'id', id: withPrefix + rest };
};

/** What there is to know of the users that are wanted. */
export type Known = Readonly<{
  byId: ReadonlyMap<string, Lookup>;
  byEmail: ReadonlyMap<string, readonly string[]>;
}>;

type Chosen = Readonly<{ userId: string }> | Readonly<{ why: LeftOutReason }>;

/** The one user that is meant; where it isn't exactly one, why. */
export const chosenOf = (wanted: Wanted, { byId, byEmail }: Known): Chosen => {
  switch (wanted.kind) {
    case 'nobody':
      return { why: wanted.why };
    case 'id': {
      const found = byId.get(wanted.id);
      return found?.kind === 'found' ? { userId: found.userId } : { why: 'no_such_user' };
    }
    case 'emails': {
      const ids = new Set(wanted.emails.flatMap(email => byEmail.get(email) ?? []));
      const [first] = ids;
      if (first === undefined) return { why: 'email_of_nobody' };
      return ids.size > 1 ? { why: 'email_of_several' } : { userId: first };
    }
    default:
      return wanted satisfies never;
  }
};
