import { z } from 'zod';
import { invalid, SupportError } from '../../access/errors.ts';
import { DEVICE_CAPABILITIES, DEVICE_SELECTION_MODES } from '../../seam/webview-options.ts';
import { createWebview } from '../../support/accounts/webview.ts';
import { chooseSeam } from '../../support/cases/choose-workspace.ts';
import { type ApiRoute, apiRoute } from '../route.ts';

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

export const WEBVIEW_ROUTES: readonly ApiRoute[] = [
  apiRoute({
    method: 'post',
    path: '/webviews',
    needs: 'create_webview',
    reach: 'workspace',
    operationId: 'createWebview',
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
          return {
            connect_webview_id: creation.connectWebviewId,
            url: creation.url,
            user_id: creation.userId,
            look_at: creation.lookAt.toISOString(),
          };
        default:
          return creation satisfies never;
      }
    },
  }),
];
