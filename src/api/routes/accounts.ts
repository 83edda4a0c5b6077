import { z } from 'zod';
import { insistOn } from '../../access/actor.ts';
import { SupportError, type SupportFault } from '../../access/errors.ts';
import { showAccounts } from '../../support/accounts/account.ts';
import { changerOf } from '../../support/accounts/at-seam.ts';
import type { AccountChanger, Refusal } from '../../support/accounts/change.ts';
import { deleteAccount } from '../../support/accounts/delete.ts';
import { updateAccount } from '../../support/accounts/update.ts';
import { chooseSeamOf } from '../../support/cases/choose-workspace.ts';
import type { Desk } from '../../support/desk.ts';
import { accountParam, described } from '../fields.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import {
  accountAnswer,
  deleteAnswer,
  updateAnswer,
  updateBody,
  waitSeconds,
  whyField,
  workspaceField,
} from '../schemas/account.ts';

const accountParams = z.object({ account_id: accountParam });

const FAULTS = {
  bad_input: 'invalid',
  no_such_user: 'invalid',
  not_theirs: 'conflict',
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

const changer = (
  desk: Desk,
  id: string,
  { workspace, wait_seconds }: { workspace?: string | undefined; wait_seconds: number },
): Promise<AccountChanger> => changerOf(desk, id, { workspace, waitSeconds: wait_seconds });

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
    query: z.object({
      ask_seam: described(z.boolean().default(false), 'Whether to ask Seam, too; takes `retry`'),
      workspace: workspaceField,
    }),
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
      const [only, ...others] = found;
      const account =
        found.find(({ connected_account_id }) => connected_account_id === id) ??
        (others.length === 0 ? only : undefined);
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
    body: updateBody,
    answer: updateAnswer,
    handle: async ({ desk, actor, params, body }) => {
      const id = params.account_id;
      const { users, config } = desk;
      const { identity } = config;
      const updater = { ...(await changer(desk, id, body)), users, identity };
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
    query: z.object({ why: whyField, workspace: workspaceField, wait_seconds: waitSeconds }),
    answer: deleteAnswer,
    handle: async ({ desk, actor, params, query }) => {
      const id = params.account_id;
      return insistOnDone(
        await deleteAccount(await changer(desk, id, query), actor, id, query.why),
      );
    },
  }),
];
