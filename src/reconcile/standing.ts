import { isDeepStrictEqual } from 'node:util';
import { isGoneOnWordOfAnother, ownerOf } from '../books/owner.ts';
import type { Client } from '../db/client.ts';
import { DELETION_LAG_SECONDS } from '../db/timing.ts';
import type { AccountState } from '../model/outcome.ts';
import { subjectOf } from '../model/subject.ts';
import type { ConnectedAccount } from '../seam/resources.ts';
import { accountStateOf, REAUTHORIZATION_CODE } from './account-state.ts';
import { deletionAnnouncedAt } from './announced.ts';
import type { Run } from './begin.ts';
import { endedByHand } from './ended.ts';
import { isErased, subjectsOfAccount } from './erased.ts';
import { type Facts, isShown, type Standing } from './facts.ts';
import { isGone } from './gone.ts';
import {
  DISCONNECTION,
  type Disconnection,
  errorsTold,
  REAUTHORIZATION_REQUESTED,
  withErrorsTold,
} from './told.ts';

type StoredAccount = Omit<ConnectedAccount, 'userIdentityId'> & {
  deletedAt: Date | null;
  state: AccountState | null;
  readByRun: string;
};

type Told = {
  linkedUserId: string | null;
  isProvisional: boolean;
  isByHand: boolean;
  overrides: string | null;
  endedByHand: Standing['endedByHand'];
  deletionAnnounced: Standing['deletionAnnounced'];
  isGone: boolean;
  reauthorizationRequested: boolean;
  isErased: boolean | null;
  owner: string | null;
  isMisheld: boolean;
} & Disconnection;

/**
 * Whether several workspaces speak of the account, and Seam has shown it to none, nor ($7) a webview that led to it:
 * then nobody's word that it is deleted is believed.
 */
const IS_CLAIMED = `
  $6::text is not null and not $7::boolean and owned.owner is null
  and (exists (select 1 from reconciler.reconciliations o
                where o.subject = $2 and (o.workspace_id <> $6 or o.claimants is not null))
       or exists (select 1 from reconciler.reconciliations o
                   where o.connected_account_id = $1 and o.workspace_id <> $6))`;

/**
 * The link, what we have stored of the account, and what was said of it in deliveries (told.ts). Of deliveries, only
 * what this workspace believes ($6); that another says that an account that Seam has shown to nobody is gone is no record of it.
 */
const STANDING = `
  select l.user_id as "linkedUserId",
         l.provisional_event_id is not null and l.confirmed_at is null as "isProvisional",
         l.linked_by_audit is not null and l.confirmed_at is null as "isByHand",
         l.overrides_claim as "overrides", ${endedByHand('$1')} as "endedByHand",
         a.connected_account_id as "connectedAccountId",
         a.account_type as "accountType", a.account_type_display_name as "accountTypeDisplayName",
         a.display_name as "displayName", a.image_url as "imageUrl", a.time_zone as "timeZone",
         a.user_identifier as "userIdentifier",
         a.custom_metadata as "customMetadata", a.errors, a.warnings,
         a.accepted_capabilities as "acceptedCapabilities",
         a.automatically_manage_new_devices as "automaticallyManageNewDevices",
         a.customer_key as "customerKey", a.seam_created_at as "seamCreatedAt",
         case when a.connected_account_id is not null then
           ${isErased('a', `select $3 union all ${subjectsOfAccount('$1')}`)} end as "isErased",
         a.deleted_at as "deletedAt", a.state, a.read_by_run as "readByRun",
         case when deletion.announced_at > now() - $4 * interval '1 s' then 'just_now'
              when deletion.announced_at is not null then 'earlier'
              else 'no' end as "deletionAnnounced",
         ${REAUTHORIZATION_REQUESTED} as "reauthorizationRequested",
         ${isGone('$1', '$2', '$6::text')} as "isGone",
         disconnection.*,
         owned.owner,
         exists (select 1 from reconciler.reconciliations o
                  where o.subject = $2 and o.subject <> $3 and o.workspace_id <> $6) as "isMisheld"
    from (select $1::text as id) asked
    left join reconciler.links l on l.connected_account_id = asked.id and l.unlinked_at is null
    left join reconciler.connected_accounts a
      on a.connected_account_id = asked.id and not ${isGoneOnWordOfAnother('a', '$6::text')}
   cross join lateral (
     select case when $6::text is not null then ${ownerOf('$2::text')} end as owner offset 0) owned
   cross join lateral (
     select case when not (${IS_CLAIMED}) then ${deletionAnnouncedAt('$2', '$6::text')} end
         as announced_at) deletion
    left join lateral (${DISCONNECTION}) disconnection on true`;

/** What is read of an account, of which there may be no row. */
export type AccountStanding = Omit<Standing, 'isErased'> &
  Readonly<{
    /** Null where there is no row of it. */
    isErased: boolean | null;
    /** Errors that only an event tells of (told.ts). */
    errorsTold: readonly unknown[];
  }>;

/** How things stand with the account. Read once its id is locked, in a statement of its own. */
export const readStanding = async (
  client: Client,
  run: Run,
  facts: Facts,
): Promise<AccountStanding> => {
  const { connectedAccountId } = facts;
  if (connectedAccountId === null) return NOTHING_KNOWN;
  const { rows } = await client.query<Told & Nullable<StoredAccount>>({
    name: 'read-standing',
    text: STANDING,
    values: [
      connectedAccountId,
      subjectOf('connected_account', connectedAccountId),
      run.subject,
      DELETION_LAG_SECONDS,
      Buffer.from(REAUTHORIZATION_CODE),
      run.workspaceId,
      isShown(facts.webview),
    ],
  });
  const [row] = rows;
  if (row === undefined) return NOTHING_KNOWN;
  const { linkedUserId, isProvisional, isByHand, overrides, endedByHand: ended, ...rest } = row;
  const { deletionAnnounced, isGone, reauthorizationRequested, owner, isMisheld, ...andTold } =
    rest;
  const { disconnectionId, disconnectionBody, disconnectedAt, ...ofAccount } = andTold;
  const { isErased: erased, ...stored } = ofAccount;
  const told = { deletionAnnounced, isGone, reauthorizationRequested };
  const toldErrors = errorsTold({ disconnectionId, disconnectionBody, disconnectedAt });
  const account = withErrorsTold(facts.account, toldErrors);
  return {
    linkedUserId,
    isProvisional,
    byHand: isByHand ? { overrides } : null,
    endedByHand: ended,
    ...told,
    isErased: erased,
    errorsTold: toldErrors,
    accountChanged: isStored(stored) && differs(account, accountStateOf(account, told), stored),
    superseded: isStored(stored) && Number(stored.readByRun) > run.id,
    otherOwner: run.workspaceId !== null && owner !== run.workspaceId ? owner : null,
    isMisheld,
  };
};

export const NOTHING_KNOWN: AccountStanding = {
  linkedUserId: null,
  isProvisional: false,
  byHand: null,
  endedByHand: null,
  accountChanged: false,
  superseded: false,
  deletionAnnounced: 'no',
  isGone: false,
  reauthorizationRequested: false,
  isErased: null,
  errorsTold: [],
  otherOwner: null,
  isMisheld: false,
};

type Nullable<T> = { [Key in keyof T]: T[Key] | null };

const isStored = (row: Nullable<StoredAccount>): row is StoredAccount =>
  row.connectedAccountId !== null;

const FILLED_LATER: ReadonlySet<string> = new Set(['imageUrl', 'timeZone']);

const differs = (
  seen: Facts['account'],
  state: AccountState | null,
  stored: StoredAccount,
): boolean => {
  if (seen === null || seen === 'not_asked') return false;
  // What isn't stored is no change.
  const now = Object.entries(seen).filter(([key]) => Object.hasOwn(stored, key));
  const before = now.map(([key, value]) => {
    const was = stored[key as keyof typeof stored];
    // A row of the version before this one has neither; that it gets them is no change.
    return [key, was === null && FILLED_LATER.has(key) ? value : was];
  });
  // A row of the version before this one has no state; that it gets one is no change.
  const isOtherState = stored.state !== null && stored.state !== state;
  return isOtherState || stored.deletedAt !== null || !isDeepStrictEqual(before, now);
};
