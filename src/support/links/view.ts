import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { accountEmails, accountIdentifier, identifierFor } from '../../access/mask.ts';
import type { Db } from '../../db/client.ts';
import { and, desc, eq, inArray, isNull, sql } from '../../db/drizzle.ts';
import { expectedWebviews, links, reconciliations } from '../../db/schema.ts';
import type { AccountState } from '../../model/outcome.ts';
import { accountStateOf } from '../../reconcile/account-state.ts';
import { claimText, namedInClaim, type Saying } from '../../reconcile/identity.ts';
import type { Found, Profile } from '../../users/profiles.ts';
import type { Desk } from '../desk.ts';
import type { PROPOSAL_WORDS } from '../words/words.ts';
import { linkShown } from './link.ts';
import { accountToLink, toSubject } from './lock.ts';
import { type KnownAccount, readAccount, readKnownAccount } from './order.ts';
import { NOT_LINKED } from './unlink.ts';

/** A user to whom an account may be linked. */
export type Candidate = Readonly<{
  id: string;
  name: string | null;
  email: string | null;
  /** How many accounts are linked to this user now. */
  accounts: number;
}>;

/** Why a user is proposed. */
type ProposalReason = keyof typeof PROPOSAL_WORDS;

/** An account whose link a person is about to change. */
export type AccountToLink = Readonly<{
  subject: string;
  connected_account_id: string;
  connect_webview_ids: readonly string[];
  /** null where Seam never showed the account. */
  account: Readonly<{
    type: string | null;
    display_name: string | null;
    /** Its e-mail or the like, as the one who looks may see it. */
    identifier: string | null;
    /** Those of its e-mails that are known, as the one who looks may see them. */
    emails: readonly string[];
    state: AccountState | null;
    claim: Saying | Readonly<{ kind: 'missing' }>;
  }> | null;
  user_id: string | null;
  linked_by: 'person' | 'run' | null;
}>;

/** What a person compares before linking by hand. */
export type LinkView = AccountToLink &
  Readonly<{
    proposals: readonly Readonly<{ user: Candidate; because: readonly ProposalReason[] }>[];
  }>;

/** What a person reads before unlinking by hand. */
export type UnlinkView = AccountToLink & Readonly<{ user_id: string; user: Candidate | null }>;

/**
 * @throws SupportError `not_found`; `refused` where there is no account to link, with what to do instead
 */
export const viewLink = async (
  desk: Desk,
  actor: Actor,
  subjectText: string,
): Promise<LinkView> => {
  insistOn(actor, 'link');
  const subject = toSubject(subjectText);
  const accountId = await accountToLink(desk.db, subject);
  const known = await readAccount(desk, desk.db, accountId);
  const webviewIds = await webviewsOf(desk.db, accountId);
  const history = await desk.db
    .select()
    .from(links)
    .where(eq(links.connectedAccountId, accountId))
    .orderBy(desc(links.id))
    .limit(MOST_LINKS);
  const current = history.find(link => link.unlinkedAt === null) ?? null;
  const proposed = await proposalsOf(desk, actor, known, webviewIds, [
    ...new Set(history.filter(link => link !== current).map(link => link.userId)),
  ]);
  proposed.delete(current?.userId ?? '');
  const users = await candidatesOf(
    desk.db,
    [...proposed.values()].map(({ profile }) => profile),
  );
  return {
    subject,
    connected_account_id: accountId,
    connect_webview_ids: webviewIds,
    account: known === null ? null : shown(actor, known),
    ...linkShown(current),
    proposals: users.map(user => ({ user, because: proposed.get(user.id)?.because ?? [] })),
  };
};

/**
 * @throws SupportError `not_found`; `refused` where there is no account; `conflict` where nobody is linked to it
 */
export const viewUnlink = async (
  desk: Desk,
  actor: Actor,
  subjectText: string,
): Promise<UnlinkView> => {
  insistOn(actor, 'link');
  const subject = toSubject(subjectText);
  const accountId = await accountToLink(desk.db, subject);
  const known = await readKnownAccount(desk, desk.db, accountId);
  const [current] = await desk.db
    .select()
    .from(links)
    .where(and(eq(links.connectedAccountId, accountId), isNull(links.unlinkedAt)));
  if (current === undefined) throw new SupportError('conflict', NOT_LINKED);
  return {
    subject,
    connected_account_id: accountId,
    connect_webview_ids: await webviewsOf(desk.db, accountId),
    account: known === null ? null : shown(actor, known),
    linked_by: linkShown(current).linked_by,
    user_id: current.userId,
    user: await findUser(desk, actor, current.userId),
  };
};

const MOST_LINKS = 20;
const MOST_WEBVIEWS = 20;

const shown = (
  actor: Actor,
  { stored, claim: { keptAs: _, ...claim } }: KnownAccount,
): LinkView['account'] => ({
  type: stored.accountTypeDisplayName ?? stored.accountType,
  display_name: identifierFor(actor, stored.displayName),
  identifier: identifierFor(actor, accountIdentifier(stored)),
  emails: accountEmails(stored).flatMap(email => identifierFor(actor, email) ?? []),
  state:
    // An older version took unknown errors for harmless.
    (stored.state === 'connected' && stored.stateSince === null ? null : stored.state) ??
    accountStateOf(stored, { deletionAnnounced: 'no', reauthorizationRequested: false }),
  claim,
});

const webviewsOf = async (db: Db, accountId: string): Promise<string[]> => {
  const rows = await db
    .select({ id: reconciliations.connectWebviewId })
    .from(reconciliations)
    .where(eq(reconciliations.connectedAccountId, accountId))
    .orderBy(desc(reconciliations.createdAt))
    .limit(MOST_WEBVIEWS);
  return rows.flatMap(({ id }) => (id === null ? [] : [id]));
};

type Proposed = Map<string, { profile: Profile; because: ProposalReason[] }>;

const proposalsOf = async (
  { db, profiles }: Pick<Desk, 'db' | 'profiles'>,
  actor: Actor,
  known: KnownAccount | null,
  webviewIds: readonly string[],
  formerIds: readonly string[],
): Promise<Proposed> => {
  // Only that: a user name at the provider may well be the id of somebody else with us.
  const emails = known === null ? [] : accountEmails(known.stored);
  const claimed = known === null ? [] : namedInClaim(claimText(known.claim));
  const expected = await db
    .select({ id: expectedWebviews.userId })
    .from(expectedWebviews)
    .where(inArray(expectedWebviews.connectWebviewId, [...webviewIds]));
  const expectedIds = expected.map(({ id }) => id);
  const found: readonly (readonly [ProposalReason, Found])[] = [
    ...(await Promise.all(
      emails.map(async email => ['same_email', await profiles.exactly(actor, [email])] as const),
    )),
    ['expected', await profiles.ofIds(actor, expectedIds)],
    ['claimed', await profiles.ofIds(actor, claimed)],
    ['linked_before', await profiles.ofIds(actor, formerIds)],
  ];
  const proposed: Proposed = new Map();
  for (const [because, people] of found) {
    for (const profile of people.values()) {
      const known = proposed.get(profile.userId);
      if (known === undefined) proposed.set(profile.userId, { profile, because: [because] });
      else if (!known.because.includes(because)) known.because.push(because);
    }
  }
  return proposed;
};

const MOST_USERS = 20;

/**
 * Users with this very id, or whose name or e-mail begins so.
 *
 * @throws SupportError `not_allowed`
 */
export const findUsers = async (desk: Desk, actor: Actor, text: string): Promise<Candidate[]> => {
  insistOn(actor, 'link');
  return candidatesOf(desk.db, [...(await desk.profiles.search(actor, text, MOST_USERS)).values()]);
};

/** @returns null where no user of ours has that id */
export const findUser = async (desk: Desk, actor: Actor, id: string): Promise<Candidate | null> => {
  insistOn(actor, 'link');
  const profiles = await desk.profiles.ofIds(actor, [id]);
  const [user = null] = await candidatesOf(desk.db, [...profiles.values()]);
  return user;
};

const candidatesOf = async (db: Db, profiles: readonly Profile[]): Promise<Candidate[]> => {
  const ids = profiles.map(({ userId }) => userId);
  const rows = await db
    .select({ userId: links.userId, accounts: sql<number>`count(*)::int` })
    .from(links)
    .where(and(inArray(links.userId, ids), isNull(links.unlinkedAt)))
    .groupBy(links.userId);
  const counts = new Map(rows.map(row => [row.userId, row.accounts]));
  return profiles.map(({ userId, name, email }) => ({
    id: userId,
    name,
    email,
    accounts: counts.get(userId) ?? 0,
  }));
};
