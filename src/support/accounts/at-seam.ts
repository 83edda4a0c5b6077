import { type Actor, insistOn } from '../../access/actor.ts';
import { SupportError } from '../../access/errors.ts';
import { accountIdentifier, identifierFor, jsonFor, userIdFor } from '../../access/mask.ts';
import type { Permission } from '../../access/permissions.ts';
import type { AccountState } from '../../model/outcome.ts';
import { SeamError } from '../../seam/errors.ts';
import type { ConnectedAccount } from '../../seam/resources.ts';
import { chooseSeamOf } from '../cases/choose-workspace.ts';
import { caseNamed } from '../cases/members.ts';
import type { Desk } from '../desk.ts';
import { storedAccounts } from './accounts.ts';
import type { AccountChanger } from './change.ts';

/** A case's account, whom it is linked to, and what Seam shows of its metadata: before something is done to it there. */
export type AccountAtSeam = Readonly<{
  /** What the case is called by. */
  key: string;
  accountId: string;
  type: string | null;
  /** What it is called by its owner; null where nobody knows. */
  name: string | null;
  identifier: string | null;
  state: AccountState | null;
  user: Readonly<{ id: string; name: string | null }> | null;
  /** As Seam shows them now, or, where it doesn't say, as it last did: not for anybody's eyes as they are. */
  metadata: ConnectedAccount['customMetadata'];
  /** The same, as this person may read them. */
  shown: ConnectedAccount['customMetadata'];
  /** Why Seam didn't say what it shows now, in a sentence; null: it did. */
  untold: string | null;
}>;

/**
 * Reads what a person looks at before they change or delete a case's account at Seam.
 *
 * @param named any subject of the case, or what it is called by
 * @throws SupportError `not_found`; `refused` where no account is known; `not_allowed`
 */
export const readAtSeam = async (
  desk: Desk,
  actor: Actor,
  named: string,
  permission: Permission,
): Promise<AccountAtSeam> => {
  insistOn(actor, permission);
  const { key, accountId } = await caseNamed(desk.pool, named);
  if (accountId === null) {
    throw new SupportError('refused', 'No account is known here yet, so there is nothing in Seam.');
  }
  const [stored, asked] = await Promise.all([
    storedAccounts(desk.db, [accountId]),
    askForMetadata(desk, accountId),
  ]);
  const known = stored.get(accountId);
  const metadata = asked.metadata ?? known?.own.customMetadata ?? {};
  const userId = known?.userId ?? null;
  const profiles = userId === null ? null : await desk.profiles.ofIds(actor, [userId]);
  return {
    key,
    accountId,
    type: known?.own.accountTypeDisplayName ?? known?.own.accountType ?? null,
    name: identifierFor(actor, known?.own.displayName ?? null),
    identifier: known === undefined ? null : identifierFor(actor, accountIdentifier(known.own)),
    state: known?.state ?? null,
    user:
      userId === null
        ? null
        : { id: userIdFor(actor, userId), name: profiles?.get(userId)?.name ?? null },
    metadata,
    shown: jsonFor(actor, metadata),
    untold: asked.untold,
  };
};

const ASK_LIMIT_MS = 8_000;

type Asked = Readonly<{
  metadata: ConnectedAccount['customMetadata'] | null;
  untold: string | null;
}>;

const askForMetadata = async (desk: Desk, accountId: string): Promise<Asked> => {
  try {
    const { seam } = await chooseSeamOf(desk, accountId, undefined);
    const { value } = await seam.getConnectedAccount(accountId, AbortSignal.timeout(ASK_LIMIT_MS));
    return value === null
      ? { metadata: null, untold: 'Seam has no such account any more.' }
      : { metadata: value.customMetadata, untold: null };
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    if (isLate) return { metadata: null, untold: 'Seam didn’t answer in time.' };
    if (error instanceof SeamError)
      return { metadata: null, untold: `Seam says: ${error.message}.` };
    // Nobody here has a key, or the account is of a workspace of which nobody has.
    if (error instanceof SupportError) return { metadata: null, untold: error.message };
    throw error;
  }
};

/** What changing an account at Seam takes. @throws SupportError where there is no Seam to be told */
export const changerOf = async (
  desk: Desk,
  id: string,
  { workspace, waitSeconds }: Readonly<{ workspace?: string | undefined; waitSeconds: number }>,
): Promise<AccountChanger> => {
  const { id: workspaceId, seam } = await chooseSeamOf(desk, id, workspace);
  return {
    db: desk.db,
    seam,
    workspaceId,
    request: subject => desk.queues.request(subject, workspaceId),
    lookLimitMs: waitSeconds * 1_000,
    signal: new AbortController().signal,
    log: desk.log,
  };
};
