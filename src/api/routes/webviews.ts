import { z } from 'zod';
import { invalid, SupportError } from '../../access/errors.ts';
import { reconnectWebview } from '../../support/accounts/reconnect.ts';
import { type CreatedForUser, createWebview } from '../../support/accounts/webview.ts';
import { chooseSeam, chooseSeamOf } from '../../support/cases/choose-workspace.ts';
import { accountParam } from '../fields.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { reconnectAnswer, reconnectBody, webviewAnswer, webviewBody } from '../schemas/webview.ts';
import { insistOnDone } from './accounts.ts';

const toAnswer = ({ connectWebviewId, url, userId, lookAt }: CreatedForUser) => ({
  connect_webview_id: connectWebviewId,
  url,
  user_id: userId,
  look_at: lookAt.toISOString(),
});

export const WEBVIEW_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'post',
    path: '/webviews',
    needs: 'create_webview',
    reach: 'workspace',
    operationId: 'createWebview',
    tag: 'Webviews',
    summary: 'Create a Connect Webview for a user',
    body: webviewBody,
    answer: webviewAnswer,
    status: 201,
    answersSecret: true,
    handle: async ({ desk, actor, body }) => {
      const { id: workspaceId, seam } = chooseSeam(desk, body.workspace);
      const creation = await createWebview(
        { ...desk.config, db: desk.db, users: desk.users, seam, workspaceId },
        actor,
        {
          userId: body.user_id,
          metadata: body.metadata,
          providerCategory: body.provider_category,
          acceptedProviders: body.accepted_providers,
          excludedProviders: body.excluded_providers,
          acceptedCapabilities: body.accepted_capabilities,
          customRedirectUrl: body.custom_redirect_url,
          customRedirectFailureUrl: body.custom_redirect_failure_url,
          deviceSelectionMode: body.device_selection_mode,
          waitForDeviceCreation: body.wait_for_device_creation,
          automaticallyManageNewDevices: body.automatically_manage_new_devices,
          customerKey: body.customer_key,
        },
        new AbortController().signal,
      );
      switch (creation.kind) {
        case 'invalid':
          throw new SupportError('invalid', creation.faults.join(' '));
        case 'no_such_user': {
          const message = `There is no such user: ${creation.why}. No webview was created.`;
          throw invalid({ 'body.user_id': message });
        }
        case 'created':
          return toAnswer(creation);
        default:
          return creation satisfies never;
      }
    },
  }),
  apiRoute({
    method: 'post',
    path: '/accounts/{account_id}/reconnect-webview',
    needs: 'create_webview',
    reach: 'account',
    operationId: 'reconnectAccount',
    tag: 'Webviews',
    summary: 'Create a Connect Webview for the user of an account, to connect it again',
    params: z.object({ account_id: accountParam }),
    body: reconnectBody,
    answer: reconnectAnswer,
    status: 201,
    answersSecret: true,
    handle: async ({ desk, actor, params, body }) => {
      const id = params.account_id;
      const { id: workspaceId, seam } = await chooseSeamOf(desk, id, body.workspace);
      const made = insistOnDone(
        await reconnectWebview(
          { ...desk.config, db: desk.db, users: desk.users, seam, workspaceId },
          actor,
          id,
          {
            userId: body.user_id,
            acceptedProviders: body.accepted_providers,
            customRedirectUrl: body.custom_redirect_url,
            customRedirectFailureUrl: body.custom_redirect_failure_url,
          },
          new AbortController().signal,
        ),
      );
      return {
        ...toAnswer(made),
        connected_account_id: made.connectedAccountId,
        accepted_providers: made.providers === null ? null : [...made.providers],
        account_is_gone: made.isGone,
      };
    },
  }),
];
