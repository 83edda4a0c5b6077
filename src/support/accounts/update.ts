import { isDeepStrictEqual } from 'node:util';
import { type Actor, insistOn } from '../../access/actor.ts';
import { recordChange } from '../../audit-log/record.ts';
import { type Client, type Db, inTransactionWithRetries } from '../../db/client.ts';
import { and, drizzle, eq, isNull } from '../../db/drizzle.ts';
import { links } from '../../db/schema.ts';
import { subjectOf } from '../../model/subject.ts';
import { type Metadata, metadataFaults } from '../../seam/metadata.ts';
import type { ConnectedAccount } from '../../seam/resources.ts';
import type { UserDirectory } from '../../users/directory.ts';
import { findAccountIds, storedAccounts } from './accounts.ts';
import {
  type AccountChange,
  type AccountChanger,
  type Aftermath,
  awaitLooks,
  type Refusal,
  recordAsked,
  requestLooksAround,
  unknownToSeam,
} from './change.ts';

export type AccountUpdater = AccountChanger &
  Readonly<{ users: UserDirectory; userMetadataKey: string }>;

/** What to change: whose it is, further metadata, or both; and why, for the audit log. */
type AccountUpdate = Readonly<{
  userId?: string | undefined;
  metadata: Metadata;
  why?: string | undefined;
}>;

export type UpdateResult =
  | Refusal
  | (Aftermath &
      Readonly<{
        kind: 'updated';
        /** `as_it_was`: Seam had it so already. */
        seam: 'updated' | 'as_it_was';
        custom_metadata: Metadata;
        /** Whether what we have stored is what Seam was told. */
        agrees: boolean;
      }>);

/**
 * Mends an account's metadata at Seam, and looks at the account, so that Seam and we say the same. The
 * rest of its metadata stay: Seam replaces them as a whole, so what it has now is read first. (Seam offers
 * no way to hold off another change in between.)
 *
 * @param change.userId who it shall belong to; put into the metadata as the users table spells it
 * @param change.metadata further keys; an empty text takes a key away
 * @throws SupportError `not_allowed`, or DoneBeforeError when this very request was done before
 * @throws SeamError when Seam doesn't answer: then nobody knows whether it was done, and doing it again is safe
 */
export const updateAccount = async (
  updater: AccountUpdater,
  actor: Actor,
  id: string,
  update: AccountUpdate,
): Promise<UpdateResult> => {
  insistOn(actor, 'update_account');
  const { db, seam, userMetadataKey, signal } = updater;
  const faults = faultsOf(update, userMetadataKey);
  if (faults.length > 0) return { kind: 'refused', why: 'bad_input', faults };
  const accountId = await oneAccount(db, id);
  if (typeof accountId !== 'string') return accountId;
  const user = await findUser(updater, update.userId);
  if (user !== null && typeof user !== 'string') return user;

  const { value: shown } = await seam.getConnectedAccount(accountId, signal);
  if (shown === null) return unknownToSeam(accountId);
  const wanted = withoutEmpty({
    ...(shown.customMetadata as Metadata),
    ...update.metadata,
    ...(user === null ? {} : { [userMetadataKey]: user }),
  });
  const faultsOfAll = metadataFaults(wanted);
  if (faultsOfAll.length > 0) return { kind: 'refused', why: 'bad_input', faults: faultsOfAll };
  const isAsItWas = isDeepStrictEqual(wanted, { ...shown.customMetadata });
  const change: AccountChange = {
    action: 'update_account',
    target: subjectOf('connected_account', accountId),
    ...changesOf(shown.customMetadata, wanted, userMetadataKey),
    why: update.why,
  };
  if (!isAsItWas) {
    await recordAsked(db, actor, change);
    const { value } = await seam.replaceMetadata(accountId, wanted, signal);
    if (value === null) return unknownToSeam(accountId);
  }
  const asked = await inTransactionWithRetries(db.$client, async client => {
    const requested = await requestLooksAround(client, updater, accountId);
    await recordChange(client, actor, change);
    if (user !== null) await letMetadataDecide(client, accountId);
    return requested;
  });
  const aftermath = await awaitLooks(updater, accountId, asked);
  const stored = (await storedAccounts(db, [accountId])).get(accountId);
  const isStored = isDeepStrictEqual(stored?.own.customMetadata, wanted);
  return {
    kind: 'updated',
    seam: isAsItWas ? 'as_it_was' : 'updated',
    custom_metadata: wanted,
    agrees: isStored && (user === null || aftermath.user_id === user),
    ...aftermath,
  };
};

/**
 * Of the user's id, both values: that is what the change is about. Of the app's other metadata only the keys:
 * what they hold is the app's, and nothing for a log that is kept for good.
 */
const changesOf = (
  before: ConnectedAccount['customMetadata'],
  after: Metadata,
  userMetadataKey: string,
): Pick<AccountChange, 'before' | 'after'> => {
  const others = (keys: string[]): string[] => keys.filter(key => key !== userMetadataKey);
  return {
    before: { user_id: before[userMetadataKey] ?? null },
    after: {
      user_id: after[userMetadataKey] ?? null,
      set: others(Object.keys(after).filter(key => after[key] !== before[key])),
      removed: others(Object.keys(before).filter(key => !Object.hasOwn(after, key))),
    },
  };
};

/** Whoever says at Seam whose it is says more than a link by hand that was made before. */
const letMetadataDecide = async (client: Client, accountId: string): Promise<void> => {
  await drizzle(client)
    .update(links)
    .set({ overridesClaim: null })
    .where(and(eq(links.connectedAccountId, accountId), isNull(links.unlinkedAt)));
};

const faultsOf = ({ userId, metadata }: AccountUpdate, userMetadataKey: string): string[] => {
  const faults = metadataFaults(withoutEmpty(metadata));
  if (Object.hasOwn(metadata, userMetadataKey)) {
    faults.push(
      `The key "${userMetadataKey}" says which user the account belongs to: use --user (user_id) for it.`,
    );
  }
  if (userId === undefined && Object.keys(metadata).length === 0) {
    faults.push('There is nothing to change: give a user or metadata.');
  }
  return faults;
};

/** @returns the user's id as their table spells it; null where none is wanted */
const findUser = async (
  { users }: AccountUpdater,
  userId: string | undefined,
): Promise<string | null | Refusal> => {
  if (userId === undefined) return null;
  const user = await users.find(userId);
  if (user.kind === 'found') return user.userId;
  const why = user.kind === 'impossible' ? user.why : 'create the user first, or check for a typo';
  const fault = `No user has the id "${userId}": ${why}.`;
  return { kind: 'refused', why: 'no_such_user', faults: [fault] };
};

const withoutEmpty = (metadata: Metadata): Metadata =>
  Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== ''));

/** The one account that an id leads to; one that we don't know may be Seam's all the same. */
const oneAccount = async (db: Db, id: string): Promise<string | Refusal> => {
  const found = await findAccountIds(db, id);
  if (found.includes(id)) return id;
  const [only = id, ...others] = found;
  if (others.length === 0) return only;
  const fault = `"${id}" leads to ${found.length} accounts. Use the id of one: ${found.join(', ')}.`;
  return { kind: 'refused', why: 'not_one', faults: [fault] };
};
