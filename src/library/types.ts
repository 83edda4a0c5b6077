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

/** What is answered to Prometheus. */
export type Metrics = Readonly<{
  /** For the header `content-type`. */
  contentType: string;
  /** The text of the format that this says. */
  body: string;
}>;

/** How long `stop()` may take. */
export type StopOptions = Readonly<{
  /**
   * After so many ms it resolves, whatever is left; requests and calls of `connect()` that are under way are cut off after
   * 10,000, or two fifths of it where that is less. @defaultValue `25000`
   */
  withinMs?: number | undefined;
}>;

/** seam-reconciler in an app's own process. Nothing of it connects before it is used. */
export type Reconciler = Readonly<{
  /**
   * An Express router with `POST /webhooks/seam`, the console (`/support`, where it has an address) and the API (`/api/v1`), for
   * the root of an Express app or below a path, before `express.json()`. Whatever isn't ours goes on to the app.
   *
   * With the first request that comes to it, of whatever path, it begins what belongs to taking webhooks: to count what was
   * stored, and to measure how the whole is doing.
   */
  router: ReconcilerRouter;
  /**
   * Brings the database up to this version, as `npx seam-reconciler migrate` does. Any number of processes may do so at
   * once: they take turns.
   *
   * @throws ReconcilerError
   */
  migrate: () => Promise<void>;
  /**
   * Begins to check what was stored, and to call the hooks, in this process; resolves once that has begun. Called again it
   * does nothing more; after it has failed, it may be called again.
   *
   * @throws ReconcilerError where the database can't be used or lacks migrations; OptionsError for what only the database
   *   could tell: the queue can't be in it, or the table of users isn't there
   */
  work: () => Promise<void>;
  /**
   * Makes a Connect Webview for a user: with their id in its metadata, and to be checked by itself should no webhook come. With
   * `accountId`, one that connects that account of theirs again.
   *
   * @throws ReconcilerError; OptionsError where the table of users can't be used; the reason of `options.signal`, once that
   *   has fired
   */
  connect: (userId: UserId, options?: ConnectOptions) => Promise<Connection>;
  /**
   * The accounts that are a user's now, as the view `reconciler_public.user_accounts` has them: of the workspaces among the
   * options, where these have ids.
   *
   * @throws ReconcilerError; OptionsError where the table of users can't be used
   */
  accountsOf: (userId: UserId) => Promise<UserAccount[]>;
  /** How it is doing, for the app's own readiness check. Never rejects: what is wrong is told. */
  health: () => Promise<Health>;
  /**
   * What this process has counted since it began, and what was last measured of the whole, for Prometheus; without those of
   * Node, which the app has by itself.
   *
   * @throws ReconcilerError `invalid` without the option `metrics`
   */
  metrics: () => Promise<Metrics>;
  /**
   * Finishes what is in hand and closes every connection. Meanwhile and afterwards the router tells the sender of a webhook to
   * come again, and the other methods reject. Listening for signals is the app's: call it there, before `server.close()` has
   * ended. Called again it does nothing more, whatever time it is given.
   *
   * @returns when all is closed, or after `withinMs`: then the log says what was left, which ends by itself or with the process
   * @throws ReconcilerError `invalid` for a time that is none: then nothing is stopped
   */
  stop: (options?: StopOptions) => Promise<void>;
  /** `stop()`, for `await using`. */
  [Symbol.asyncDispose]: () => Promise<void>;
}>;
