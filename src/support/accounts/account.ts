import { identifierFor, jsonFor, userIdFor, type Viewer } from '../../access/mask.ts';
import type { Db } from '../../db/client.ts';
import { desc, eq, sql } from '../../db/drizzle.ts';
import { deliveries, links, reconciliations } from '../../db/schema.ts';
import type { UnlinkedBecause } from '../../model/outcome.ts';
import { subjectOf } from '../../model/subject.ts';
import { explainTroubles, type Trouble } from '../../reconcile/account-state.ts';
import type { Seam } from '../../seam/client.ts';
import { SeamError } from '../../seam/errors.ts';
import type { ConnectedAccount } from '../../seam/resources.ts';
import {
  type AccountSummary,
  findAccountIds,
  type StoredAccount,
  storedAccounts,
  toAccountSummary,
  troublesFor,
} from './accounts.ts';
import { type Difference, differencesFromSeam } from './differences.ts';

/** What Seam shows of an account now. */
export type SeamsView =
  | Readonly<{
      kind: 'shown';
      custom_metadata: ConnectedAccount['customMetadata'];
      errors: readonly unknown[];
      warnings: readonly unknown[];
      troubles: readonly Trouble[];
    }>
  /** Seam knows no such account. */
  | Readonly<{ kind: 'unknown' }>
  /** Seam didn't answer, or nobody may ask it. */
  | Readonly<{ kind: 'not_told'; why: string }>;

/** An account: what we have, what Seam shows, where they differ, and how it came about. */
export type AccountCase = Readonly<{
  connected_account_id: string;
  /** null where we have nothing of it. */
  here:
    | (AccountSummary &
        Pick<ConnectedAccount, 'errors' | 'warnings'> & {
          custom_metadata: ConnectedAccount['customMetadata'];
          deleted_at: string | null;
        })
    | null;
  seam: SeamsView;
  differences: readonly Difference[];
  /** The newest first; the one without an end is the link now. */
  links: readonly {
    user_id: string;
    linked_by: 'run' | 'person';
    linked_at: string;
    unlinked_at: string | null;
    unlinked_because: UnlinkedBecause | null;
  }[];
  /** What Seam has told of it, the newest first. */
  events: readonly { event_id: string; event_type: string; occurred_at: string }[];
}>;

/** An account as this person may see it: its metadata are whatever an app has put there. */
const accountFor = (viewer: Viewer, account: AccountCase): AccountCase => {
  const { here, seam } = account;
  const shown = <Of extends ShownOfAccount>(of: Of): Of => ({
    ...of,
    custom_metadata: jsonFor(viewer, of.custom_metadata),
    errors: jsonFor(viewer, of.errors),
    warnings: jsonFor(viewer, of.warnings),
  });
  return {
    ...account,
    here: here && shown(here),
    seam:
      seam.kind === 'shown'
        ? { ...shown(seam), troubles: troublesFor(viewer, seam.troubles) }
        : seam,
    links: account.links.map(link => ({ ...link, user_id: userIdFor(viewer, link.user_id) })),
    differences: account.differences.map(({ field, ...sides }) => {
      const side = (value: unknown): unknown =>
        field === 'display_name' && typeof value === 'string'
          ? identifierFor(viewer, value)
          : jsonFor(viewer, value);
      return { field, here: side(sides.here), seam: side(sides.seam) };
    }),
  };
};

type ShownOfAccount = Pick<
  Extract<SeamsView, { kind: 'shown' }>,
  'custom_metadata' | 'errors' | 'warnings'
>;

type ShownFrom = Readonly<{
  db: Db;
  seam: Seam | null;
  /** Told where there is no Seam to ask. */
  whyNotAsked?: string;
}>;

const MOST_LINKS = 50;
const MOST_EVENTS = 30;

/**
 * Everything about the accounts that an id (of an account, a webview or a user) leads to, as this person may
 * read it. An id that we
 * don't know is asked of Seam as an account's.
 *
 * @param from.seam null where it isn't to be asked
 * @returns empty when neither we nor Seam know such an account
 * @throws SeamError when we know no such account, and Seam, which may, doesn't answer
 */
export const showAccounts = async (
  { db, seam, whyNotAsked = 'SEAM_API_KEY is not set' }: ShownFrom,
  viewer: Viewer,
  id: string,
): Promise<AccountCase[]> => {
  const known = await findAccountIds(db, id);
  const stored = await storedAccounts(db, known);
  const cases: AccountCase[] = [];
  for (const accountId of known.length === 0 ? [id] : known) {
    const asked = await askIfAllowed(seam, whyNotAsked, accountId);
    // Where neither we know of it nor Seam answers, nobody has said that there is none.
    if (known.length === 0 && asked.silence !== undefined) throw asked.silence;
    const found = await readAccountCase(db, asked, viewer, accountId, stored.get(accountId));
    if (known.length > 0 || found.seam.kind === 'shown') cases.push(accountFor(viewer, found));
  }
  return cases;
};

const readAccountCase = async (
  db: Db,
  asked: Asked,
  viewer: Viewer,
  accountId: string,
  stored: StoredAccount | undefined,
): Promise<AccountCase> => {
  const account = 'account' in asked ? asked.account : null;
  return {
    connected_account_id: accountId,
    here:
      stored === undefined
        ? null
        : {
            ...toAccountSummary(viewer, stored),
            custom_metadata: stored.own.customMetadata,
            errors: stored.own.errors,
            warnings: stored.own.warnings,
            deleted_at: stored.own.deletedAt?.toISOString() ?? null,
          },
    seam: asked.view,
    differences: stored === undefined ? [] : differencesFromSeam(stored, asked.view.kind, account),
    links: await linksOf(db, accountId),
    events: await eventsOf(db, accountId),
  };
};

const ASK_LIMIT_MS = 10_000;

type Asked = Readonly<{ view: SeamsView; account?: ConnectedAccount; silence?: SeamError }>;

const askIfAllowed = async (
  seam: Seam | null,
  whyNotAsked: string,
  accountId: string,
): Promise<Asked> =>
  seam === null ? { view: { kind: 'not_told', why: whyNotAsked } } : await askSeam(seam, accountId);

const askSeam = async (seam: Seam, accountId: string): Promise<Asked> => {
  try {
    const { value } = await seam.getConnectedAccount(accountId, AbortSignal.timeout(ASK_LIMIT_MS));
    if (value === null) return { view: { kind: 'unknown' } };
    const { customMetadata, errors, warnings } = value;
    const troubles = explainTroubles(value);
    return {
      view: { kind: 'shown', custom_metadata: customMetadata, errors, warnings, troubles },
      account: value,
    };
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    const silence = isLate
      ? new SeamError('seam_timeout', `no answer within ${ASK_LIMIT_MS / 1_000} s`)
      : error;
    if (!(silence instanceof SeamError)) throw silence;
    return { view: { kind: 'not_told', why: silence.message }, silence };
  }
};

const linksOf = async (db: Db, accountId: string): Promise<AccountCase['links']> => {
  const rows = await db
    .select()
    .from(links)
    .where(eq(links.connectedAccountId, accountId))
    .orderBy(desc(links.id))
    .limit(MOST_LINKS);
  return rows.map(row => ({
    user_id: row.userId,
    linked_by: row.linkedByChange === null ? 'run' : 'person',
    linked_at: row.linkedAt.toISOString(),
    unlinked_at: row.unlinkedAt?.toISOString() ?? null,
    unlinked_because: row.unlinkedBecause,
  }));
};

/** Of each of its subjects the latest, by the index of subjects and time; of these the latest. */
const eventsOf = async (db: Db, accountId: string): Promise<AccountCase['events']> => {
  const { rows } = await db.execute<{ event_id: string; event_type: string; at: string }>(sql`
    select event.event_id, event.event_type, coalesce(event.occurred_at, event.received_at) as at
      from (
        select ${subjectOf('connected_account', accountId)} as subject
        union
        select ${reconciliations.subject} from ${reconciliations}
         where ${reconciliations.connectedAccountId} = ${accountId}
      ) own cross join lateral (
        select event_id, event_type, occurred_at, received_at from ${deliveries}
         where ${deliveries.subject} = own.subject and ${deliveries.setAside} is null
         order by ${deliveries.receivedAt} desc limit ${MOST_EVENTS}
      ) event
     order by event.received_at desc limit ${MOST_EVENTS}`);
  return rows.map(row => ({
    event_id: row.event_id,
    event_type: row.event_type,
    occurred_at: new Date(row.at).toISOString(),
  }));
};
