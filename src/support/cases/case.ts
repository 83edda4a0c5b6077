import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { accountIdentifier, identifierFor, userIdFor, wordsFor } from '../../access/mask.ts';
import { type ChangeRecord, changesOf } from '../../audit-log/read.ts';
import type { Db } from '../../db/client.ts';
import { and, desc, eq, or, sql } from '../../db/drizzle.ts';
import { connectWebviews, reconciliations } from '../../db/schema.ts';
import { untilCounted } from '../../inbox/until-counted.ts';
import { causeIn } from '../../reconcile/account-state.ts';
import { isStorable } from '../../seam/storable.ts';
import { type StoredAccount, stateStoryOf, storedAccounts } from '../accounts/accounts.ts';
import type { Desk } from '../desk.ts';
import { reasonExplained } from '../words/reason-words.ts';
import { noMatch, providerName } from '../words/words.ts';
import { headline } from './headline.ts';
import { deliveriesOf, runsOf } from './history.ts';
import { linksOf, unlinkedOf } from './link-history.ts';
import { notesOf } from './notes.ts';
import { asCounted, type Row, summaryOf, userIdOf, withAccount } from './summary.ts';
import type { Case, CaseAccount, CaseOther, CasePages, CaseUser, CaseWebview } from './types.ts';

type Reader = Pick<Desk, 'db' | 'profiles' | 'log'>;

/** Of each list: as many as a page shows. */
const MOST = 50;
const ONE_MORE = MOST + 1;

/**
 * Reads all that is known of one connection, as this person may see it.
 *
 * @param pages where its long lists begin; the newest where nothing is said
 * @throws SupportError `not_found`, `not_allowed`
 */
export const readCase = async (
  reader: Reader,
  actor: Actor,
  subject: string,
  pages: CasePages = {},
): Promise<Case> => {
  insistOn(actor, 'view');
  const { db } = reader;
  const [row] = isStorable(subject) ? await readRow(db, subject) : [];
  if (row === undefined) throw new SupportError('not_found', noMatch(subject));
  const own = asCounted(row);
  const accountId = own.connectedAccountId;
  const page = { limit: ONE_MORE };
  const [runs, deliveries, notes, links, webview, account, others, unlinked] = await Promise.all([
    runsOf(db, actor, subject, { ...page, before: pages.runsBefore }),
    deliveriesOf(db, subject, { ...page, before: pages.deliveriesBefore }),
    notesOf(db, actor, [subject], { ...page, before: pages.notesBefore }),
    accountId === null ? [] : linksOf(db, actor, accountId, ONE_MORE),
    webviewOf(reader, actor, row),
    accountId === null ? undefined : storedAccounts(db, [accountId]),
    othersOf(reader, row),
    accountId === null ? null : unlinkedOf(db, actor, accountId),
  ]);
  const changes = await changesOfCase(reader, actor, row, webview);
  const user = await userOf(reader, actor, row);
  const stored = accountId === null ? undefined : account?.get(accountId);
  const summary = summaryOf(actor, row);
  return {
    ...summary,
    headline: headline({
      state: own.state,
      reason: own.reason,
      accountType: stored?.own.accountTypeDisplayName ?? stored?.own.accountType ?? null,
      hasAccount: stored !== undefined,
      accountState: summary.account_state,
      cause: causeIn(summary.account_troubles),
      maker: providerName(webview?.selected_provider ?? null),
      user: row.userId === null ? null : `${user?.name ?? 'user'} (${summary.user_id})`,
      isProvisional: row.provisional,
      isUnlinked: unlinked !== null,
    }),
    explanation: own.reason === null ? null : reasonExplained(own.reason),
    generation: own.generation,
    observed_generation: own.observedGeneration,
    next_look_at: own.observedGeneration < own.generation ? own.dueAt.toISOString() : null,
    under_way: own.leasedUntil !== null && own.leasedUntil > row.now,
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

const readRow = async (db: Db, subject: string): Promise<Row[]> => {
  await untilCounted(db.$client, [subject], subject);
  return withAccount(db).where(eq(reconciliations.subject, subject));
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

/** The other subjects of the same account or webview. */
const othersOf = async ({ db }: Reader, { own }: Row): Promise<CaseOther[]> => {
  const { connectedAccountId, connectWebviewId } = own;
  const same = or(
    connectedAccountId === null
      ? undefined
      : eq(reconciliations.connectedAccountId, connectedAccountId),
    connectWebviewId === null ? undefined : eq(reconciliations.connectWebviewId, connectWebviewId),
  );
  if (same === undefined) return [];
  const rows = await db
    .select({
      subject: reconciliations.subject,
      state: reconciliations.state,
      reason: reconciliations.reason,
      updatedAt: reconciliations.updatedAt,
    })
    .from(reconciliations)
    .where(
      and(
        same,
        sql`${reconciliations.subject} <> ${own.subject}`,
        // What another workspace says of this account is no part of its case.
        sql`coalesce(${reconciliations.workspaceId} = ${own.workspaceId}, true)`,
      ),
    )
    .orderBy(desc(reconciliations.updatedAt))
    .limit(ONE_MORE);
  return rows.map(({ updatedAt, ...row }) => ({ ...row, updated_at: updatedAt.toISOString() }));
};

/** What was done to it, to its account, and to its webview. */
const changesOfCase = (
  { db }: Reader,
  actor: Actor,
  { own }: Row,
  webview: CaseWebview | null,
): Promise<ChangeRecord[]> => {
  const webviewId = own.connectWebviewId ?? webview?.connect_webview_id ?? null;
  const targets = new Set([
    own.subject,
    ...(own.connectedAccountId === null ? [] : [`connected_account:${own.connectedAccountId}`]),
    ...(webviewId === null ? [] : [`connect_webview:${webviewId}`]),
  ]);
  return changesOf(db, actor, [...targets], ONE_MORE);
};
