import { isDeepStrictEqual } from 'node:util';
import { identifierFor, jsonFor, type Viewer } from '../../access/mask.ts';
import type { Db } from '../../db/client.ts';
import { desc, eq, inArray, or } from '../../db/drizzle.ts';
import { deliveries, links, reconciliations } from '../../db/schema.ts';
import type { AccountState, UnlinkedBecause } from '../../model/outcome.ts';
import { subjectOf } from '../../model/subject.ts';
import { accountStateOf, explainTroubles, type Trouble } from '../../reconcile/account-state.ts';
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

/** One field that Seam shows otherwise than we have it. */
export type Difference = Readonly<{ field: string; here: unknown; seam: unknown }>;

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
export const accountFor = (viewer: Viewer, account: AccountCase): AccountCase => {
  const { here, seam } = account;
  const shown = <Of extends ShownOfAccount>(of: Of): Of => ({
    ...of,
    custom_metadata: jsonFor(viewer, of.custom_metadata),
    errors: jsonFor(viewer, of.errors),
    warnings: jsonFor(viewer, of.warnings),
    troubles: troublesFor(viewer, of.troubles),
  });
  return {
    ...account,
    here: here && { ...shown(here), display_name: identifierFor(viewer, here.display_name) },
    seam: seam.kind === 'shown' ? shown(seam) : seam,
    differences: account.differences.map(({ field, ...sides }) => {
      const side = (value: unknown): unknown =>
        field === 'display_name' && typeof value === 'string'
          ? identifierFor(viewer, value)
          : jsonFor(viewer, value);
      return { field, here: side(sides.here), seam: side(sides.seam) };
    }),
  };
};

type ShownOfAccount = Omit<Extract<SeamsView, { kind: 'shown' }>, 'kind'>;

type ShownFrom = Readonly<{
  db: Db;
  seam: Seam | null;
  /** Told where there is no Seam to ask. */
  whyNotAsked?: string;
}>;

const MOST_LINKS = 50;
const MOST_EVENTS = 30;

/**
 * Everything about the accounts that an id (of an account, a webview or a user) leads to. An id that we
 * don't know is asked of Seam as an account's.
 *
 * @param from.seam null where it isn't to be asked
 * @returns empty when neither we nor Seam know such an account
 */
export const showAccounts = async (
  { db, seam, whyNotAsked = 'SEAM_API_KEY is not set' }: ShownFrom,
  id: string,
): Promise<AccountCase[]> => {
  const known = await findAccountIds(db, id);
  const stored = await storedAccounts(db, known);
  const cases: AccountCase[] = [];
  for (const accountId of known.length === 0 ? [id] : known) {
    const found = await readAccountCase(
      { db, seam, whyNotAsked },
      accountId,
      stored.get(accountId),
    );
    if (known.length > 0 || found.seam.kind === 'shown') cases.push(found);
  }
  return cases;
};

const readAccountCase = async (
  { db, seam, whyNotAsked }: Required<ShownFrom>,
  accountId: string,
  stored: StoredAccount | undefined,
): Promise<AccountCase> => {
  const asked: Asked =
    seam === null
      ? { view: { kind: 'not_told', why: whyNotAsked } }
      : await askSeam(seam, accountId);
  const account = 'account' in asked ? asked.account : null;
  return {
    connected_account_id: accountId,
    here:
      stored === undefined
        ? null
        : {
            ...toAccountSummary(stored),
            custom_metadata: stored.own.customMetadata,
            errors: stored.own.errors,
            warnings: stored.own.warnings,
            deleted_at: stored.own.deletedAt?.toISOString() ?? null,
          },
    seam: asked.view,
    differences: stored === undefined ? [] : differencesOf(stored, asked.view.kind, account),
    links: await linksOf(db, accountId),
    events: await eventsOf(db, accountId),
  };
};

const ASK_LIMIT_MS = 10_000;

type Asked = { view: SeamsView; account?: ConnectedAccount };

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
    if (error instanceof SeamError) return { view: { kind: 'not_told', why: error.message } };
    if (error instanceof Error && error.name === 'TimeoutError') {
      return { view: { kind: 'not_told', why: 'no answer in time' } };
    }
    throw error;
  }
};

/** What support staff look at; the rest of the object is compared at each look. */
const COMPARED = {
  custom_metadata: 'customMetadata',
  errors: 'errors',
  warnings: 'warnings',
  display_name: 'displayName',
} as const satisfies Record<string, keyof ConnectedAccount>;

const differencesOf = (
  { own, state }: StoredAccount,
  kind: SeamsView['kind'],
  account: ConnectedAccount | null,
): Difference[] => {
  if (kind === 'unknown' && state !== 'deleted') {
    return [{ field: 'account', here: state, seam: 'unknown to Seam' }];
  }
  if (account === null) return [];
  // Where the object can't tell (a new authorization was asked for), what we have stands.
  const shown = accountStateOf(account, {
    deletionAnnounced: 'no',
    reauthorizationRequested: state === 'reauthorization_requested',
  });
  const states: [AccountState, AccountState | null] = [state, shown];
  return [
    ...(states[0] === states[1] ? [] : [{ field: 'state', here: states[0], seam: states[1] }]),
    ...Object.entries(COMPARED)
      .filter(([, key]) => !isDeepStrictEqual(own[key], account[key]))
      .map(([field, key]) => ({ field, here: own[key], seam: account[key] })),
  ];
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

const eventsOf = async (db: Db, accountId: string): Promise<AccountCase['events']> => {
  const ofAccount = db
    .select({ subject: reconciliations.subject })
    .from(reconciliations)
    .where(eq(reconciliations.connectedAccountId, accountId));
  const rows = await db
    .select()
    .from(deliveries)
    .where(
      or(
        eq(deliveries.subject, subjectOf('connected_account', accountId)),
        inArray(deliveries.subject, ofAccount),
      ),
    )
    .orderBy(desc(deliveries.receivedAt))
    .limit(MOST_EVENTS);
  return rows.map(row => ({
    event_id: row.eventId,
    event_type: row.eventType,
    occurred_at: (row.occurredAt ?? row.receivedAt).toISOString(),
  }));
};
