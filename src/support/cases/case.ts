import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { accountIdentifier, identifierFor, userIdFor, wordsFor } from '../../access/mask.ts';
import { type ChangeRecord, changesOf } from '../../audit-log/read.ts';
import type { Db } from '../../db/client.ts';
import { desc, eq, inArray } from '../../db/drizzle.ts';
import { connectWebviews, reconciliations } from '../../db/schema.ts';
import { untilCounted } from '../../inbox/until-counted.ts';
import type { FailureReason } from '../../model/outcome.ts';
import { causeIn } from '../../reconcile/account-state.ts';
import { isStorable } from '../../seam/storable.ts';
import { type StoredAccount, stateStoryOf, storedAccounts } from '../accounts/accounts.ts';
import type { Desk } from '../desk.ts';
import { reasonExplained } from '../words/reason-words.ts';
import { noMatch, providerName } from '../words/words.ts';
import { type HeadlineFacts, headline } from './headline.ts';
import { deliveriesOf, runsOf } from './history.ts';
import { linksOf, unlinkedOf } from './link-history.ts';
import { addressed, type CaseMembers } from './members.ts';
import { caseBadge, type NextStep, nextStep } from './next-step.ts';
import { notesOf } from './notes.ts';
import { owedOf } from './owed.ts';
import { standingOfCase } from './standing.ts';
import { asCounted, type Row, summaryOf, userIdOf, withAccount } from './summary.ts';
import type { Case, CaseAccount, CaseOther, CasePages, CaseUser, CaseWebview } from './types.ts';

type Reader = Pick<Desk, 'db' | 'profiles' | 'log'>;

/** Of each list: as many as a page shows. */
const MOST = 50;
const ONE_MORE = MOST + 1;

/**
 * Reads all that is known of one connection, as this person may see it: how it stands is what the subject says that
 * leads it, what happened is that of all of its subjects.
 *
 * @param name any name of the case: a subject of it, what it is called by, or the bare id of an account or a webview
 * @param pages where its long lists begin; the newest where nothing is said
 * @throws SupportError `not_found`, `not_allowed`
 */
export const readCase = async (
  reader: Reader,
  actor: Actor,
  name: string,
  pages: CasePages = {},
): Promise<Case> => {
  insistOn(actor, 'view');
  const { db } = reader;
  const { address, names, members } = await readMembers(db, name);
  const { subjects } = members;
  const [row] = await withAccount(db).where(eq(reconciliations.subject, members.lead));
  if (row === undefined) throw new SupportError('not_found', noMatch(name));
  const own = asCounted(row);
  const accountId = own.connectedAccountId;
  const page = { limit: ONE_MORE };
  const [runs, deliveries, notes, links, webview, account, others, unlinked, owed] =
    await Promise.all([
      runsOf(db, actor, subjects, { ...page, before: pages.runsBefore }),
      deliveriesOf(db, subjects, { ...page, before: pages.deliveriesBefore }),
      notesOf(db, actor, names, { ...page, before: pages.notesBefore }),
      accountId === null ? [] : linksOf(db, actor, accountId, ONE_MORE),
      webviewOf(reader, actor, row),
      accountId === null ? undefined : storedAccounts(db, [accountId]),
      othersOf(reader, row, subjects),
      accountId === null ? null : unlinkedOf(db, actor, accountId),
      owedOf(db, subjects),
    ]);
  const changes = await changesOfCase(reader, actor, members, names, webview);
  const user = await userOf(reader, actor, row);
  const stored = accountId === null ? undefined : account?.get(accountId);
  const summary = summaryOf(actor, row);
  const standing = await standingOfCase(db, subjects, {
    accountState: summary.account_state,
    troubles: summary.account_troubles,
    isLinked: row.userId !== null,
    hasAccount: accountId !== null,
    isFailedLogin: webview?.status === 'failed',
  });
  const facts: HeadlineFacts = {
    state: own.state,
    reason: own.reason,
    accountType: stored?.own.accountTypeDisplayName ?? stored?.own.accountType ?? null,
    hasAccount: stored !== undefined,
    accountState: summary.account_state,
    standing,
    cause: causeIn(summary.account_troubles),
    maker: providerName(webview?.selected_provider ?? null),
    user: row.userId === null ? null : `${user?.name ?? 'user'} (${summary.user_id})`,
    isProvisional: row.provisional,
    isUnlinked: unlinked !== null,
  };
  const next = nextStep(facts);
  return {
    ...summary,
    case: address,
    subjects,
    headline: headline(facts),
    standing,
    next_step: next,
    badge: caseBadge(facts),
    explanation: explained(own.reason, next),
    generation: owed.generation,
    observed_generation: owed.observedGeneration,
    next_look_at: owed.nextLookAt?.toISOString() ?? null,
    under_way: owed.isUnderWay,
    first_heard_at: own.createdAt.toISOString(),
    webview,
    account: stored === undefined ? null : accountOf(actor, stored),
    user,
    unlinked,
    others: others.slice(0, MOST),
    links: links.slice(0, MOST),
    runs: runs.slice(0, MOST),
    deliveries: deliveries.slice(0, MOST),
    notes: notes.slice(0, MOST),
    changes: changes.slice(0, MOST),
    more: {
      others: others.length > MOST,
      links: links.length > MOST,
      runs: runs.length > MOST,
      deliveries: deliveries.length > MOST,
      notes: notes.length > MOST,
      changes: changes.length > MOST,
    },
  };
};

/** What is to be done is what the headline says: it hangs on how the case stands, too. */
const explained = (reason: FailureReason | null, next: NextStep): Case['explanation'] =>
  reason === null ? null : { ...reasonExplained(reason), remedy: next.what };

/** @throws SupportError `not_found` */
const readMembers = async (db: Db, name: string) => {
  if (!isStorable(name)) throw new SupportError('not_found', noMatch(name));
  await untilCounted(db.$client, [name], name);
  return addressed(db.$client, name);
};

/** The webview that the events named, or else the last one that led to the account. */
const webviewOf = async (
  { db }: Reader,
  actor: Actor,
  { own }: Row,
): Promise<CaseWebview | null> => {
  const id = own.connectWebviewId;
  const accountId = own.connectedAccountId;
  if (id === null && accountId === null) return null;
  const [row] = await db
    .select()
    .from(connectWebviews)
    .where(
      id === null
        ? eq(connectWebviews.connectedAccountId, accountId ?? '')
        : eq(connectWebviews.connectWebviewId, id),
    )
    .orderBy(desc(connectWebviews.readByRun))
    .limit(1);
  if (row === undefined) return null;
  return {
    connect_webview_id: row.connectWebviewId,
    status: row.status,
    selected_provider: row.selectedProvider,
    authorized_at: row.authorizedAt?.toISOString() ?? null,
    failure_description: wordsFor(actor, row.failureDescription),
    created_at: row.seamCreatedAt?.toISOString() ?? null,
    read_at: row.readAt.toISOString(),
  };
};

const accountOf = (actor: Actor, { own, state }: StoredAccount): CaseAccount => ({
  connected_account_id: own.connectedAccountId,
  state,
  type: own.accountTypeDisplayName ?? own.accountType,
  display_name: identifierFor(actor, own.displayName),
  identifier: identifierFor(actor, accountIdentifier(own)),
  image_url: own.imageUrl,
  time_zone: own.timeZone,
  ...stateStoryOf(own),
  created_at: own.seamCreatedAt?.toISOString() ?? null,
  read_at: own.readAt.toISOString(),
  deleted_at: own.deletedAt?.toISOString() ?? null,
});

/** Who it is linked to; else whom the metadata name; else for whom we made the webview. */
const userOf = async (
  { profiles, log }: Reader,
  actor: Actor,
  row: Row,
): Promise<CaseUser | null> => {
  const how =
    row.userId !== null ? 'linked' : row.own.claimedUserId !== null ? 'named' : 'expected';
  const id = userIdOf(row);
  if (id === null) return null;
  const found = await profiles.ofIds(actor, [id]).catch((err: unknown) => {
    // Their table is out of reach; the rest of the case can be read all the same.
    log.warn({ err }, 'the names of users could not be read');
    return null;
  });
  const profile = found?.get(id);
  return {
    user_id: userIdFor(actor, id),
    how,
    name: profile?.name ?? null,
    email: profile?.email ?? null,
    is_ours: found === null ? null : profile !== undefined,
  };
};

/** The other subjects of the case. */
const othersOf = async (
  { db }: Reader,
  { own }: Row,
  subjects: readonly string[],
): Promise<CaseOther[]> => {
  const others = subjects.filter(subject => subject !== own.subject);
  if (others.length === 0) return [];
  const rows = await db
    .select({
      subject: reconciliations.subject,
      state: reconciliations.state,
      reason: reconciliations.reason,
      updatedAt: reconciliations.updatedAt,
    })
    .from(reconciliations)
    .where(inArray(reconciliations.subject, others))
    .orderBy(desc(reconciliations.updatedAt))
    .limit(ONE_MORE);
  return rows.map(({ updatedAt, ...row }) => ({ ...row, updated_at: updatedAt.toISOString() }));
};

/** What was done to it, by whatever name, to its account, and to its webviews. */
const changesOfCase = (
  { db }: Reader,
  actor: Actor,
  { webviewIds }: CaseMembers,
  names: readonly string[],
  webview: CaseWebview | null,
): Promise<ChangeRecord[]> => {
  const ids = webview === null ? webviewIds : [...webviewIds, webview.connect_webview_id];
  const targets = new Set([...names, ...ids.map(id => `connect_webview:${id}`)]);
  return changesOf(db, actor, [...targets], ONE_MORE);
};
