import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebviewOptions } from '../seam/webview-options.ts';

/* What an app sees of us. An app's compiler reads these files as they are: they name no package, and little of ours. */

/** For `app.use()`. It takes requests of Express 5, and its type is of no package: the app's copy of Express may be another. */
export type ReconcilerRouter = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** What `/readyz` of the service says: whether what is required is in order, and each check by name (`ok`, or what is wrong). */
export type Health = Readonly<{ ready: boolean; checks: Readonly<Record<string, string>> }>;

/** A user's id, of whatever type the table of users has. */
export type UserId = string | number | bigint;

/**
 * A row of the view `reconciler_public.user_accounts`, under the names that the view has: they are those of the contract, of
 * messages and of the API, so that one description does for all (docs/contract.md).
 */
export type UserAccount = Readonly<{
  user_id: string;
  connected_account_id: string;
  account_type: string | null;
  account_type_display_name: string | null;
  /** `connected`, `disconnected`, `reauthorization_requested`, `being_deleted`; null: not looked at yet. */
  state: string | null;
  state_since: Date | null;
  last_connected_at: Date | null;
  times_disconnected: number;
  linked_at: Date;
  linked_by: 'seam' | 'person' | 'event';
  is_provisional: boolean;
  workspace_id: string | null;
  connect_webview_id: string | null;
  /** A bigint, as text. */
  link_id: string;
}>;

/** What a Connect Webview is to be like; what is absent is left to Seam. */
export type ConnectOptions = Readonly<{
  /** The account of this user's that is to be connected again: then most of the webview is as the account has it. */
  accountId?: string | undefined;
  /** Where the user is sent afterwards, and where after a failure (else to the first). */
  redirectUrl?: string | undefined;
  redirectFailureUrl?: string | undefined;
  acceptedProviders?: readonly string[] | undefined;
  /** The workspace, by id or name; needed where there are several, and no `accountId`. */
  workspace?: string | undefined;
  /** Further keys for `custom_metadata`. */
  metadata?: Readonly<Record<string, string | boolean>> | undefined;
  /** Ends waiting for Seam. */
  signal?: AbortSignal | undefined;
}> &
  Pick<
    WebviewOptions,
    | 'providerCategory'
    | 'excludedProviders'
    | 'acceptedCapabilities'
    | 'deviceSelectionMode'
    | 'waitForDeviceCreation'
    | 'automaticallyManageNewDevices'
    | 'customerKey'
  >;

/** A Connect Webview that was made for a user. */
export type Connection = Readonly<{
  /** What to send the user to. Whoever has it can sign in with it: not for a log. */
  url: string;
  connectWebviewId: string;
  /** The user's id as your table writes it. */
  userId: string;
  /** When it is checked by itself, if no webhook comes before. */
  lookAt: Date;
}>;
