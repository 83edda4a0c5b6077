import { z } from 'zod';
import { insistOn } from '../../access/actor.ts';
import { SupportError, type SupportFault } from '../../access/errors.ts';
import { ACCOUNT_STATES } from '../../model/outcome.ts';
import { DEVICE_CAPABILITIES } from '../../seam/webview-options.ts';
import { showAccounts } from '../../support/accounts/account.ts';
import type { AccountChanger, Refusal } from '../../support/accounts/change.ts';
import { deleteAccount } from '../../support/accounts/delete.ts';
import { updateAccount } from '../../support/accounts/update.ts';
import { chooseSeamOf } from '../../support/cases/choose-workspace.ts';
import type { Desk } from '../../support/desk.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { stateStory } from './case-schemas.ts';

const accountParams = z.object({ account_id: z.string().min(1).max(500) });
const workspace = z
  .string()
  .min(1)
  .max(500)
  .optional()
  .describe(
    'The Seam workspace, by id or name; needed where there are several and we don’t know which',
  );
const why = z.string().trim().min(1).max(2_000).describe('For the audit log');
const waitSeconds = z
  .int()
  .min(0)
  .max(30)
  .default(10)
  .describe('How long to wait for the check that follows');

const whatever = z.record(z.string(), z.unknown());
const troubles = z.array(
  z.object({
    kind: z.enum(['error', 'warning']),
    code: z.string().nullable(),
    sentence: z.string(),
    remedy: z.string(),
    message: z.string().nullable().describe('As in Seam'),
    device_ids: z.array(z.string()),
  }),
);
const accountState = z.enum(ACCOUNT_STATES);
const at = z.iso.datetime();

const accountAnswer = z.object({
  connected_account_id: z.string(),
  here: z
    .object({
      connected_account_id: z.string(),
      state: accountState,
      troubles,
      user_id: z.string().nullable(),
      account_type: z.string().nullable(),
      display_name: z.string().nullable().describe('Masked for viewers'),
      image_url: z.string().nullable().describe('A picture of its provider, as in Seam'),
      time_zone: z.string().nullable().describe('IANA name'),
      ...stateStory,
      read_at: at,
      custom_metadata: whatever,
      errors: z.array(z.unknown()),
      warnings: z.array(z.unknown()),
      deleted_at: at.nullable(),
    })
    .nullable()
    .describe('null where we have no record of it'),
  seam: z
    .union([
      z.object({
        kind: z.literal('shown'),
        custom_metadata: whatever,
        errors: z.array(z.unknown()),
        warnings: z.array(z.unknown()),
        troubles,
      }),
      z.object({ kind: z.literal('unknown') }),
      z.object({ kind: z.literal('not_told'), why: z.string() }),
    ])
    .describe('What Seam shows now, if it was asked'),
  differences: z.array(z.object({ field: z.string(), here: z.unknown(), seam: z.unknown() })),
  links: z.array(
    z.object({
      user_id: z.string(),
      linked_at: at,
      unlinked_at: at.nullable(),
      unlinked_because: z.string().nullable(),
    }),
  ),
  events: z.array(z.object({ event_id: z.string(), event_type: z.string(), occurred_at: at })),
});

const aftermath = {
  connected_account_id: z.string(),
  user_id: z.string().nullable(),
  looks_owed: z.array(z.string()).describe('Checks that hadn’t finished when the wait was over'),
  failures: z.array(z.object({ subject: z.string(), reason: z.string() })),
  agrees: z.boolean().describe('Whether Seam and our record now agree'),
};

const FAULTS = {
  bad_input: 'invalid',
  no_such_user: 'invalid',
  not_found: 'not_found',
  not_one: 'refused',
  ended_by_hand: 'refused',
  named_otherwise: 'refused',
} as const satisfies Record<Refusal['why'], SupportFault>;

/** @throws SupportError for what was refused */
export const insistOnDone = <Result extends { kind: string }>(result: Result | Refusal): Result => {
  if (!isRefusal(result)) return result;
  throw new SupportError(FAULTS[result.why], result.faults.join(' '));
};

const isRefusal = (result: { kind: string }): result is Refusal => result.kind === 'refused';

const changerOf = async (
  desk: Desk,
  id: string,
  { workspace: wanted, wait_seconds }: { workspace?: string | undefined; wait_seconds: number },
): Promise<AccountChanger> => {
  const { id: workspaceId, seam } = await chooseSeamOf(desk, id, wanted);
  return {
    db: desk.db,
    seam,
    workspaceId,
    request: subject => desk.queues.request(subject, workspaceId),
    lookLimitMs: wait_seconds * 1_000,
    signal: new AbortController().signal,
    log: desk.log,
  };
};

export const ACCOUNT_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'get',
    path: '/accounts/{account_id}',
    needs: 'view',
    reach: 'account',
    operationId: 'showAccount',
    tag: 'Accounts',
    summary: 'Get a connected account, its history and, on request, what Seam shows now',
    params: accountParams,
    query: z.object({ ask_seam: z.boolean().default(false), workspace }),
    answer: accountAnswer,
    handle: async ({ desk, actor, params, query }) => {
      const id = params.account_id;
      // Seam's limit on calls is everybody's: a viewer spends none of it.
      if (query.ask_seam) insistOn(actor, 'retry');
      const seam = query.ask_seam ? (await chooseSeamOf(desk, id, query.workspace)).seam : null;
      const found = await showAccounts(
        { db: desk.db, seam, whyNotAsked: 'set ask_seam=true to ask Seam' },
        actor,
        id,
      );
      const account = found.find(({ connected_account_id }) => connected_account_id === id);
      if (account === undefined) throw new SupportError('not_found', `No match for '${id}'.`);
      return account;
    },
  }),
  apiRoute({
    method: 'patch',
    path: '/accounts/{account_id}',
    needs: 'update_account',
    reach: 'account',
    operationId: 'updateAccount',
    tag: 'Accounts',
    summary: 'Change an account’s metadata or other parts of it in Seam, and check it',
    params: accountParams,
    body: z.object({
      user_id: z.string().min(1).max(500).optional().describe('The user it belongs to'),
      metadata: z
        .record(z.string(), z.union([z.string(), z.boolean()]))
        .default({})
        .describe('Keys to set; an empty value removes a key'),
      display_name: z.string().max(500).optional(),
      accepted_capabilities: z
        .array(z.string().max(100))
        .max(50)
        .optional()
        .describe(
          `In place of those now: kinds of devices that may be connected (${DEVICE_CAPABILITIES.join(', ')}, …)`,
        ),
      automatically_manage_new_devices: z.boolean().optional(),
      customer_key: z
        .string()
        .max(500)
        .optional()
        .describe('Seam takes one only for an account that has none'),
      why: why.optional(),
      workspace,
      wait_seconds: waitSeconds,
    }),
    answer: z.object({
      ...aftermath,
      seam: z
        .enum(['updated', 'as_it_was', 'differs', 'not_read'])
        .describe(
          'differs: Seam said yes, and shows something else; not_read: it could not be asked again',
        ),
      changed: z.array(z.string()).describe('What Seam was told to change, by its names'),
      differing: z.array(z.string()).describe('What Seam shows otherwise than was asked for'),
      custom_metadata: whatever.describe('What Seam shows now'),
      overtaken: z
        .boolean()
        .describe(
          'Whether this took so long that someone else may have changed it at the same time',
        ),
    }),
    handle: async ({ desk, actor, params, body }) => {
      const id = params.account_id;
      const { users, config } = desk;
      const { identity } = config;
      const updater = { ...(await changerOf(desk, id, body)), users, identity };
      const parts = {
        displayName: body.display_name,
        acceptedCapabilities: body.accepted_capabilities,
        automaticallyManageNewDevices: body.automatically_manage_new_devices,
        customerKey: body.customer_key,
      };
      const update = { userId: body.user_id, metadata: body.metadata, parts, why: body.why };
      return insistOnDone(await updateAccount(updater, actor, id, update));
    },
  }),
  apiRoute({
    method: 'delete',
    path: '/accounts/{account_id}',
    needs: 'delete_account',
    reach: 'account',
    operationId: 'deleteAccount',
    tag: 'Accounts',
    summary: 'Delete an account in Seam, with its devices and access codes, and end its link',
    params: accountParams,
    query: z.object({ why, workspace, wait_seconds: waitSeconds }),
    answer: z.object({
      ...aftermath,
      seam: z
        .enum(['deleted', 'gone_before', 'still_shown', 'not_read'])
        .describe(
          'still_shown: Seam said yes, and goes on showing it; not_read: it could not be asked again',
        ),
    }),
    handle: async ({ desk, actor, params, query }) => {
      const id = params.account_id;
      const changer = await changerOf(desk, id, query);
      return insistOnDone(await deleteAccount(changer, actor, id, query.why));
    },
  }),
];
