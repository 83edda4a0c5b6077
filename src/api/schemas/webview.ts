import { z } from 'zod';
import { DEVICE_CAPABILITIES, DEVICE_SELECTION_MODES } from '../../seam/webview-options.ts';
import { accountId, described, flag, instant, text as textField, userId } from '../fields.ts';
import { named } from '../named.ts';
import { SAMPLE } from '../sample.ts';

/* What the API is told and answers about webviews. */

const text = z.string().min(1).max(2_000);
const redirects = {
  custom_redirect_url: described(
    text.optional(),
    'Where the user is sent after signing in',
    'https://app.example/connected',
  ),
  custom_redirect_failure_url: described(
    text.optional(),
    'Where the user is sent if that fails',
    'https://app.example/not-connected',
  ),
};

/** Seam's options, in Seam's words; what is absent is left to Seam. */
export const webviewBody = named(
  'WebviewRequest',
  'For whom a webview is, and what it is to be like. What is left out is left to Seam.',
  z.object({
    user_id: described(
      z.string().min(1).max(500),
      'The user it is for: an id in your users table',
      SAMPLE.user_id,
    ),
    workspace: described(
      text.optional(),
      'The Seam workspace, by id or name; needed where there are several',
      SAMPLE.workspace_id,
    ),
    metadata: described(
      z.record(z.string(), z.union([z.string(), z.boolean()])).default({}),
      'More keys for custom_metadata, besides the user id’s',
    ),
    provider_category: described(
      text.optional(),
      'A group of providers, as Seam calls it',
      'stable',
    ),
    accepted_providers: described(
      z.array(text).max(200).optional(),
      'The only providers to offer, by Seam’s keys',
    ),
    excluded_providers: described(
      z.array(text).max(200).optional(),
      'Providers not to offer, by Seam’s keys',
    ),
    accepted_capabilities: described(
      z.array(text).max(50).optional(),
      `Kinds of devices that may be connected: ${DEVICE_CAPABILITIES.join(', ')}, …`,
    ),
    ...redirects,
    device_selection_mode: described(
      z.enum(DEVICE_SELECTION_MODES).optional(),
      'Whether and how the user chooses devices',
    ),
    wait_for_device_creation: described(
      z.boolean().optional(),
      'Whether it ends only once Seam has the devices',
    ),
    automatically_manage_new_devices: described(
      z.boolean().optional(),
      'Whether Seam manages new devices of the account automatically',
    ),
    customer_key: described(text.optional(), 'Seam’s key of the customer'),
  }),
  {
    user_id: SAMPLE.user_id,
    accepted_providers: ['august', 'schlage'],
    custom_redirect_url: 'https://app.example/connected',
  },
);

const made = z.object({
  connect_webview_id: textField('Its id in Seam', SAMPLE.webview_id),
  url: textField('The URL to present to the user. Anyone who has it can sign in with it'),
  user_id: userId,
  look_at: instant('When it is checked automatically, if no webhook arrives first'),
});
const MADE = {
  connect_webview_id: SAMPLE.webview_id,
  url: 'https://connect.getseam.com/connect_webviews/view?connect_webview_id=example',
  user_id: SAMPLE.user_id,
  look_at: SAMPLE.at,
} as const;
export const webviewAnswer = named('WebviewMade', 'A webview to present to a user.', made, MADE);

export const reconnectBody = named(
  'ReconnectRequest',
  'What the webview to connect an account again is to be like.',
  z.object({
    user_id: described(
      z.string().min(1).max(500).optional(),
      'The user it has to be for: 409 `conflict` where the account is not (or no longer) theirs. Without it, it is for whomever the account is linked to now. An app that lets its users reconnect says who is signed in',
      SAMPLE.user_id,
    ),
    workspace: described(
      text.optional(),
      'The Seam workspace, by id or name; needed where we don’t know which',
      SAMPLE.workspace_id,
    ),
    accepted_providers: described(
      z.array(text).max(200).optional(),
      'Where the provider that we know is not the one to show',
    ),
    ...redirects,
  }),
  { user_id: SAMPLE.user_id, custom_redirect_url: 'https://app.example/connected' },
);

export const reconnectAnswer = named(
  'ReconnectWebviewMade',
  'A webview in which a user connects an account again.',
  made.extend({
    connected_account_id: accountId,
    accepted_providers: described(
      z.array(z.string()).nullable(),
      'The only providers that it offers; null: any, as nothing tells which it was',
    ),
    account_is_gone: flag(
      'Whether Seam no longer has the account, so that signing in makes a new one',
    ),
  }),
  {
    ...MADE,
    connected_account_id: SAMPLE.account_id,
    accepted_providers: ['august'],
    account_is_gone: false,
  },
);
