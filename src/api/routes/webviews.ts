import { z } from 'zod';
import { invalid, SupportError } from '../../access/errors.ts';
import { DEVICE_CAPABILITIES, DEVICE_SELECTION_MODES } from '../../seam/webview-options.ts';
import { reconnectWebview } from '../../support/accounts/reconnect.ts';
import { type CreatedForUser, createWebview } from '../../support/accounts/webview.ts';
import { chooseSeam, chooseSeamOf } from '../../support/cases/choose-workspace.ts';
import { type ApiRoute, apiRoute } from '../route.ts';
import { insistOnDone } from './accounts.ts';

const text = z.string().min(1).max(2_000);

/** Seam's options, in Seam's words; what is absent is left to Seam. */
const webviewBody = z.object({
  user_id: z.string().min(1).max(500).describe('The user it is for: an id in the users table'),
  workspace: text
    .optional()
    .describe('The Seam workspace, by id or name; needed where there are several'),
  metadata: z
    .record(z.string(), z.union([z.string(), z.boolean()]))
    .default({})
    .describe('More keys for custom_metadata, besides the user id’s'),
  provider_category: text.optional(),
  accepted_providers: z.array(text).max(200).optional(),
  excluded_providers: z.array(text).max(200).optional(),
  accepted_capabilities: z
    .array(text)
    .max(50)
    .optional()
    .describe(`Kinds of devices that may be connected: ${DEVICE_CAPABILITIES.join(', ')}, …`),
  custom_redirect_url: text.optional(),
  custom_redirect_failure_url: text.optional(),
  device_selection_mode: z.enum(DEVICE_SELECTION_MODES).optional(),
  wait_for_device_creation: z.boolean().optional(),
  automatically_manage_new_devices: z.boolean().optional(),
  customer_key: text.optional(),
});

const webviewAnswer = z.object({
  connect_webview_id: z.string(),
  url: z.string().describe('The URL to present to the user. Anyone who has it can sign in with it'),
  user_id: z.string(),
  look_at: z.iso
    .datetime()
    .describe('When it is checked automatically, if no webhook arrives first'),
});

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
    params: z.object({ account_id: z.string().min(1).max(500) }),
    body: z.object({
      workspace: text
        .optional()
        .describe('The Seam workspace, by id or name; needed where we don’t know which'),
      accepted_providers: z
        .array(text)
        .max(200)
        .optional()
        .describe('Where the provider that we know is not the one to show'),
      custom_redirect_url: text.optional(),
      custom_redirect_failure_url: text.optional(),
    }),
    answer: webviewAnswer.extend({
      connected_account_id: z.string(),
      accepted_providers: z
        .array(z.string())
        .nullable()
        .describe('The only providers that it offers; null: any, as nothing tells which it was'),
      account_is_gone: z
        .boolean()
        .describe('Whether Seam no longer has the account, so that signing in makes a new one'),
    }),
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
