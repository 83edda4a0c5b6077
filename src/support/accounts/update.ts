import { type Actor, insistOn } from '../../access/actor.ts';
import { recordChange } from '../../audit-log/record.ts';
import type { UserIdentity } from '../../config/user-identity.ts';
import { inTransactionWithRetries } from '../../db/client.ts';
import { subjectOf } from '../../model/subject.ts';
import type { Requested } from '../../reconcile/request.ts';
import { type AccountChanges, changeFaults } from '../../seam/account-changes.ts';
import { type Metadata, metadataFaults } from '../../seam/metadata.ts';
import type { UserDirectory } from '../../users/directory.ts';
import { storedAccounts } from './accounts.ts';
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
import { asItWas, changeAndRead, type Stands } from './change-and-read.ts';
import { differingParts, faultsAgainst, partsForLog } from './changed-parts.ts';
import { claimAfter, letTheChangeDecide } from './claim-after.ts';
import { type AccountLease, withAccountLease } from './lease.ts';
import { changesOf } from './metadata-changes.ts';
import { accountNaming, nameAtSeam, namingKeys, readsCustomerKey } from './naming.ts';
import { oneAccount } from './one-account.ts';

export type AccountUpdater = AccountChanger &
  Readonly<{ users: UserDirectory; identity: UserIdentity }>;

/** What to change: whose it is, further metadata, other parts of it; and why, for the audit log. */
type AccountUpdate = Readonly<{
  userId?: string | undefined;
  metadata: Metadata;
  /** Other parts; what is absent stays. */
  parts?: Omit<AccountChanges, 'customMetadata'>;
  why?: string | undefined;
}>;

export type UpdateResult =
  | Refusal
  | (Aftermath &
      Stands &
      Readonly<{
        kind: 'updated';
        /** Whether Seam shows what was wanted, and so do we; false where nobody can be sure. */
        agrees: boolean;
      }>);

/**
 * Changes an account at Seam, its metadata or other parts of it, and looks at the account, so that Seam and we
 * say the same. What isn't given stays, of its metadata, too: Seam replaces them as a whole, so what it has now is
 * read first, and nobody else here changes the account until it has been read again. (Seam offers no way to hold
 * off a change by others; what comes of one is told.)
 *
 * @param change.userId who it shall belong to; put into the metadata as the users table spells it. Refused where Seam
 * would say otherwise all the same (claim-after.ts)
 * @param change.metadata further keys; an empty text takes a key away
 * @param change.parts what else is to be changed
 * @throws SupportError `not_allowed`, `conflict` while somebody else changes it, or DoneBeforeError when this very request was done before
 * @throws SeamError when Seam doesn't answer: then nobody knows whether it was done, and doing it again is safe
 */
export const updateAccount = async (
  updater: AccountUpdater,
  actor: Actor,
  id: string,
  update: AccountUpdate,
): Promise<UpdateResult> => {
  insistOn(actor, 'update_account');
  const { db, identity, signal, log } = updater;
  const faults = faultsOf(update, identity);
  if (faults.length > 0) return { kind: 'refused', why: 'bad_input', faults };
  const accountId = await oneAccount(db, id);
  if (typeof accountId !== 'string') return accountId;
  const user = await findUser(updater, update.userId);
  if (user !== null && typeof user !== 'string') return user;

  const changed = await withAccountLease(db.$client, accountId, { signal, log }, lease =>
    changeAtSeam(updater, actor, { accountId, user, update }, lease),
  );
  if (changed.kind === 'refused') return changed;
  const { requested, wanted, ...told } = changed;
  const aftermath = await awaitLooks(updater, accountId, requested);
  const stored = (await storedAccounts(db, [accountId])).get(accountId);
  const isStored = stored !== undefined && differingParts(stored.own, wanted).length === 0;
  const isSure = !told.overtaken && told.seam !== 'differs';
  return {
    ...told,
    ...aftermath,
    agrees: isSure && isStored && (user === null || aftermath.user_id === user),
  };
};

type Wanted = Readonly<{ accountId: string; user: string | null; update: AccountUpdate }>;

type Changed = Stands &
  Readonly<{ kind: 'updated'; requested: readonly Requested[]; wanted: AccountChanges }>;

/** Read, write, read again, and written down here: all that must be nobody else's meanwhile. */
const changeAtSeam = async (
  updater: AccountUpdater,
  actor: Actor,
  { accountId, user, update }: Wanted,
  lease: AccountLease,
): Promise<Changed | Refusal> => {
  const { db, seam, identity, signal } = updater;
  const { value: shown } = await seam.getConnectedAccount(accountId, signal);
  if (shown === null) return unknownToSeam(accountId);
  const pool = db.$client;
  const naming =
    user === null ? {} : accountNaming(identity, await nameAtSeam(pool, identity, user));
  const isOfMetadata = user !== null || Object.keys(update.metadata).length > 0;
  const customMetadata = withoutEmpty({
    ...(shown.customMetadata as Metadata),
    ...update.metadata,
    ...naming,
  });
  const wanted: AccountChanges = { ...update.parts, ...(isOfMetadata ? { customMetadata } : {}) };
  const faults = [...metadataFaults(wanted.customMetadata ?? {}), ...faultsAgainst(shown, wanted)];
  if (faults.length > 0) return { kind: 'refused', why: 'bad_input', faults };
  const claim = user === null ? null : await claimAfter(updater, user, shown, wanted);
  if (claim !== null && typeof claim !== 'string') return claim;
  const changed = differingParts(shown, wanted);
  const parts = partsForLog(shown, wanted, changed);
  const ofMetadata = isOfMetadata
    ? await changesOf(pool, shown.customMetadata, customMetadata, identity)
    : {};
  const change: AccountChange = {
    action: 'update_account',
    target: subjectOf('connected_account', accountId),
    before: { ...ofMetadata.before, ...parts.before },
    after: { ...ofMetadata.after, ...parts.after },
    why: update.why,
  };
  const stands =
    changed.length === 0
      ? asItWas(shown)
      : await changeAndRead(updater, accountId, { wanted, changed, shown }, lease, () =>
          recordAsked(db, actor, change),
        );
  if (stands === null) return unknownToSeam(accountId);
  const requested = await inTransactionWithRetries(db.$client, async client => {
    const looks = await requestLooksAround(client, updater, accountId);
    await recordChange(client, actor, {
      ...change,
      after: { ...change.after, ...doubtOf(stands) },
    });
    if (user !== null && claim !== null) await letTheChangeDecide(client, accountId, user, claim);
    return looks;
  });
  return { kind: 'updated', ...stands, requested, wanted };
};

/** What of the outcome the audit log has to tell besides the change itself; nothing where all went well. */
const doubtOf = ({ seam, overtaken }: Stands): Readonly<Record<string, unknown>> => ({
  ...(seam === 'differs' || seam === 'not_read' ? { seam } : {}),
  ...(overtaken ? { overtaken } : {}),
});

const faultsOf = (
  { userId, metadata, parts = {} }: AccountUpdate,
  identity: UserIdentity,
): string[] => {
  const faults = [...metadataFaults(withoutEmpty(metadata)), ...changeFaults(parts)];
  const isNamedByKey = readsCustomerKey(identity, 'account') && parts.customerKey !== undefined;
  if (userId !== undefined && accountNaming(identity, userId) === null && !isNamedByKey) {
    faults.push(
      'No rule of USER_IDENTITY reads an account’s metadata, so the user can’t be put there. Link the account by hand, or change what the rules read in Seam.',
    );
  }
  for (const key of namingKeys(identity, 'account').filter(own => Object.hasOwn(metadata, own))) {
    faults.push(
      `The key "${key}" says which user the account belongs to: use --user (user_id) for it.`,
    );
  }
  if (isNamedByKey && parts.customerKey !== userId) {
    faults.push(
      'The customer_key says which user the account belongs to (USER_IDENTITY): it can only be the id that --user (user_id) has, too.',
    );
  }
  const given = [userId, ...Object.values(parts)].filter(value => value !== undefined);
  if (given.length + Object.keys(metadata).length === 0) {
    faults.push(
      'There is nothing to change: give a user, metadata, or another part of the account.',
    );
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
