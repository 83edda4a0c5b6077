import { type Actor, insistOn } from '../../access/actor.ts';
import { insistOnNewRequest } from '../../audit-log/idempotency.ts';
import type { Db } from '../../db/client.ts';
import { endedLink } from '../../reconcile/ended.ts';
import type { Seam } from '../../seam/client.ts';
import { type Metadata, metadataFaults } from '../../seam/metadata.ts';
import type { ConnectedAccount } from '../../seam/resources.ts';
import { optionFaults, type WebviewOptions } from '../../seam/webview-options.ts';
import { type StoredAccount, storedAccounts } from './accounts.ts';
import { type Refusal, unknownToSeam } from './change.ts';
import { nameAtSeam, namingKeys, readsCustomerKey, webviewNaming } from './naming.ts';
import { oneAccount } from './one-account.ts';
import { whyAnothers } from './owner.ts';
import { type CreatedForUser, makeWebview, type WebviewMaker } from './webview.ts';

/** What may be said of a webview that is to reconnect an account; all else is as the account has it. */
export type ReconnectRequest = Pick<
  WebviewOptions,
  'acceptedProviders' | 'customRedirectUrl' | 'customRedirectFailureUrl'
> &
  Readonly<{
    /** The user that it has to be for, where whoever asks goes by what they know of the account; absent: whose it is. */
    userId?: string | undefined;
  }>;

/** What we know of an account that is to be connected again. */
export type Reconnectable = Readonly<{
  accountId: string;
  stored: StoredAccount | undefined;
  /** Who it is linked to; else whom what Seam shows names; else for whom its webview was made. */
  userId: string | null;
  /** Whether a person has unlinked it, and that still counts. */
  isEndedByHand: boolean;
  /** Its provider, by the name that Seam has among its providers; null where nothing tells. */
  provider: string | null;
  /** Of the webviews that led to it, the newest that has one. */
  webviewCustomerKey: string | null;
}>;

export type Reconnection =
  | Refusal
  | (CreatedForUser &
      Readonly<{
        connectedAccountId: string;
        /** The only provider that it offers; null: any, as nothing tells which it was. */
        providers: readonly string[] | null;
        /** Whether Seam no longer has the account: then signing in makes a new one. */
        isGone: boolean;
      }>);

type Reconnector = WebviewMaker & Readonly<{ seam: Pick<Seam, 'getConnectedAccount'> }>;

/**
 * Creates a Connect Webview for the user of an account, to connect it again: for the same user, from the same
 * provider, of the same kinds of devices. Seam connects the same account where the user signs in to the same login, and
 * puts the webview's metadata in the place of the account's: so the webview carries all that the account has.
 *
 * The account's `customer_key` isn't said again: Seam's reference has the webview show an error for an account that
 * has one, and the account keeps it.
 *
 * With `userId` nothing is made unless it would be for that user: the account may be another's by now.
 *
 * @param id of an account, of a webview that led to it, or of a user who has one
 * @throws SupportError `not_allowed`, or DoneBeforeError when this very request was done before
 * @throws SeamError when Seam doesn't answer or refuses, and whatever the database throws
 */
export const reconnectWebview = async (
  reconnector: Reconnector,
  actor: Actor,
  id: string,
  { userId: insistedOn, ...request }: ReconnectRequest,
  signal: AbortSignal,
): Promise<Reconnection> => {
  insistOn(actor, 'create_webview');
  const faults = optionFaults(request);
  if (faults.length > 0) return refused('bad_input', faults);
  const { db, users, seam, identity } = reconnector;
  const accountId = await oneAccount(db, id);
  if (typeof accountId !== 'string') return accountId;
  const elsewhere = await whyAnothers(reconnector, accountId);
  if (elsewhere !== null) return refused('bad_input', [elsewhere]);
  const known = await readReconnectable(db, accountId);
  if (insistedOn !== undefined && !(await isTheirs(users, known.userId, insistedOn))) {
    return refused('not_theirs', [notTheirs(accountId)]);
  }
  if (known.isEndedByHand) return refused('ended_by_hand', [endedByHand(accountId)]);
  const { value: shown } = await seam.getConnectedAccount(accountId, signal);
  const account = shown ?? known.stored?.own;
  if (account === undefined) return unknownToSeam(accountId);
  if (known.userId === null) return refused('no_such_user', [whose(accountId)]);
  const user = await users.find(known.userId);
  if (user.kind !== 'found') return refused('no_such_user', [userIsGone(accountId, known.userId)]);
  const naming = webviewNaming(identity, await nameAtSeam(db.$client, identity, user.userId));
  const customMetadata = { ...carriedOver(account, namingKeys(identity)), ...naming.metadata };
  const unfit = metadataFaults(customMetadata);
  if (unfit.length > 0) return refused('bad_input', [...unfit, MEND_METADATA]);
  const providers =
    request.acceptedProviders ?? (known.provider === null ? null : [known.provider]);
  await insistOnNewRequest(db.$client, actor, 'create_webview');
  const made = await makeWebview(
    reconnector,
    actor,
    {
      userId: user.userId,
      connectedAccountId: accountId,
      options: {
        ...request,
        customMetadata,
        acceptedProviders: providers ?? undefined,
        ...likeBefore(account),
        customerKey: customerKeyOf(known, shown, naming.customerKey, readsCustomerKey(identity)),
      },
    },
    signal,
  );
  return { ...made, connectedAccountId: accountId, providers, isGone: shown === null };
};

const refused = (why: Refusal['why'], faults: readonly string[]): Refusal => ({
  kind: 'refused',
  why,
  faults,
});

export const whose = (accountId: string): string =>
  `Nothing says whose the account ${accountId} is: link it to a user first.`;

/** Connected anew, it would be linked again to the very user whom somebody has taken it from. */
export const endedByHand = (accountId: string): string =>
  `Someone unlinked the account ${accountId} by hand: link it to a user first, or undo the unlinking.`;

/** Never whose it is: who asks for one user need not learn of another. */
const notTheirs = (accountId: string): string =>
  `The account ${accountId} is not this user's (any more). No webview was created.`;

const isTheirs = async (
  users: WebviewMaker['users'],
  whose: string | null,
  insistedOn: string,
): Promise<boolean> => {
  if (whose === null) return false;
  // As their table writes the ids.
  const [one, other] = await Promise.all([users.find(whose), users.find(insistedOn)]);
  return one.kind === 'found' && other.kind === 'found' && one.userId === other.userId;
};

const userIsGone = (accountId: string, userId: string): string =>
  `The account ${accountId} is of the user "${userId}", and no user has that id (any more): link it to another user first.`;

const MEND_METADATA =
  "A webview can't carry over these metadata of the account: change them with account update first.";

/**
 * What Seam shows of the account's metadata, as far as Seam would take it back: an empty value is none. Not what
 * names its user: that may be whoever had it before.
 */
const carriedOver = (
  { customMetadata }: Pick<ConnectedAccount, 'customMetadata'>,
  naming: readonly string[],
): Metadata =>
  Object.fromEntries(
    Object.entries(customMetadata).filter(
      ([key, value]) => value !== '' && value !== null && !naming.includes(key),
    ),
  ) as Metadata;

type AsBefore = Pick<ConnectedAccount, 'acceptedCapabilities' | 'automaticallyManageNewDevices'>;

const likeBefore = (account: AsBefore) => {
  const capabilities = account.acceptedCapabilities.filter(each => typeof each === 'string');
  return {
    acceptedCapabilities: capabilities.length === 0 ? undefined : capabilities,
    automaticallyManageNewDevices: account.automaticallyManageNewDevices ?? undefined,
  };
};

/**
 * Only where the account that will be connected has none. Where a rule reads it, only the user's own: the former may
 * name whoever had the account before.
 *
 * @param named whom the rules would have it say
 */
const customerKeyOf = (
  { stored, webviewCustomerKey }: Reconnectable,
  shown: ConnectedAccount | null,
  named: string | undefined,
  isRead: boolean,
): string | undefined => {
  if (shown !== null && shown.customerKey !== null) return undefined;
  const before = shown === null ? stored?.own.customerKey : null;
  return isRead ? named : (before ?? webviewCustomerKey ?? undefined);
};

const NEWEST = 'order by coalesce(authorized_at, seam_created_at, read_at) desc limit 1';

/** Reads what our database has of an account that is to be connected again. Seam isn't asked. */
export const readReconnectable = async (db: Db, accountId: string): Promise<Reconnectable> => {
  const { rows } = await db.$client.query<
    Pick<Reconnectable, 'userId' | 'isEndedByHand' | 'provider' | 'webviewCustomerKey'>
  >(
    `select coalesce(
              (select user_id from reconciler.links
                where connected_account_id = $1 and unlinked_at is null limit 1),
              (select claimed_user_id from reconciler.reconciliations
                where connected_account_id = $1 and claimed_user_id is not null
                order by updated_at desc limit 1),
              (select e.user_id from reconciler.expected_webviews e
                 join reconciler.connect_webviews w using (connect_webview_id)
                where w.connected_account_id = $1 order by e.created_at desc limit 1)) as "userId",
            exists (${endedLink('$1')}) as "isEndedByHand",
            (select selected_provider from reconciler.connect_webviews
              where connected_account_id = $1 and selected_provider is not null ${NEWEST}) as "provider",
            (select customer_key from reconciler.connect_webviews
              where connected_account_id = $1 and customer_key is not null ${NEWEST}) as "webviewCustomerKey"`,
    [accountId],
  );
  const [row] = rows;
  const stored = (await storedAccounts(db, [accountId])).get(accountId);
  // Seam's types of accounts have the names of its providers, where nobody has noted which was chosen.
  const provider = row?.provider ?? stored?.own.accountType ?? null;
  return {
    accountId,
    stored,
    userId: row?.userId ?? null,
    isEndedByHand: row?.isEndedByHand ?? false,
    provider,
    webviewCustomerKey: row?.webviewCustomerKey ?? null,
  };
};
