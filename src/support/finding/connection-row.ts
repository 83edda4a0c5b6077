import type { Actor } from '../../access/actor.ts';
import { accountIdentifier, identifierFor, type Viewer } from '../../access/mask.ts';
import { desc, inArray } from '../../db/drizzle.ts';
import { reconciliations } from '../../db/schema.ts';
import { caseOf } from '../../model/case.ts';
import { UsersTableError } from '../../users/errors.ts';
import type { Found } from '../../users/profiles.ts';
import { storedAccounts } from '../accounts/accounts.ts';
import { type Summary, summaryOf, userIdOf, withAccount } from '../cases/summary.ts';
import type { Desk } from '../desk.ts';

/** One connection of a list: how it stands, whose it is, and which account. */
export type ConnectionRow = Summary &
  Readonly<{
    /** What the connection's case is called by: its account, where there is one (model/case.ts). */
    case: string;
    /** The user's, from the app's own table: of the link, or else whom the metadata name. */
    user_name: string | null;
    /** As this person may see it. */
    user_email: string | null;
    /** In words: `August`. */
    account_type: string | null;
    /** What the user signed in with at the account's provider, as this person may see it. */
    account_identifier: string | null;
  }>;

/** Whose connection it is, as far as is known and this person may see. */
export const personOf = (row: Summary): string | null =>
  row.user_id ?? row.claimed_user_id ?? row.expected_user_id;

/** Names are a help, not the matter: a list is told without them where the users' table can't be read. */
const readProfiles = async (
  { profiles, log }: Pick<Desk, 'profiles' | 'log'>,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Found> => {
  try {
    return await profiles.ofIds(viewer, ids);
  } catch (error) {
    if (!(error instanceof UsersTableError)) throw error;
    log.warn({ err: error }, 'a list is shown without the names of users');
    return new Map();
  }
};

/** These subjects with all that a list shows of them, in the order given; without those that are gone. */
export const readRows = async (
  desk: Pick<Desk, 'db' | 'profiles' | 'log'>,
  actor: Actor,
  subjects: readonly string[],
): Promise<ConnectionRow[]> => {
  if (subjects.length === 0) return [];
  const found = await withAccount(desk.db)
    .where(inArray(reconciliations.subject, [...subjects]))
    .orderBy(desc(reconciliations.updatedAt));
  const ids = <T>(values: readonly (T | null)[]): T[] => [
    ...new Set(values.filter(value => value !== null)),
  ];
  const [profiles, accounts] = await Promise.all([
    readProfiles(desk, actor, ids(found.map(userIdOf))),
    storedAccounts(desk.db, ids(found.map(({ own }) => own.connectedAccountId))),
  ]);
  const rows = found.map((row): [string, ConnectionRow] => {
    const profile = profiles.get(userIdOf(row) ?? '');
    const account = accounts.get(row.own.connectedAccountId ?? '')?.own;
    const identifier = account === undefined ? null : accountIdentifier(account);
    return [
      row.own.subject,
      {
        ...summaryOf(actor, row),
        case: caseOf(row.own),
        user_name: profile?.name ?? null,
        user_email: profile?.email ?? null,
        account_type: account?.accountTypeDisplayName ?? account?.accountType ?? null,
        account_identifier: identifierFor(actor, identifier),
      },
    ];
  });
  const bySubject = new Map(rows);
  return subjects.flatMap(subject => bySubject.get(subject) ?? []);
};
