/** The closed list of what the app can be told. Only added to within a major version (docs/contract.md). */
export const MESSAGE_TYPES = [
  'account.linked',
  'account.relinked',
  'account.unlinked',
  'account.disconnected',
  'account.reconnected',
  'account.reauthorization_requested',
  'account.deleted',
  'webview.login_failed',
  'connection.needs_attention',
  'connection.settled',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Those that tell of a link: of these the feed of links consists. */
export const LINK_MESSAGE_TYPES = [
  'account.linked',
  'account.relinked',
  'account.unlinked',
] as const satisfies MessageType[];

/** How a sending stands: owed, taken by the app, or given up (`dead`). */
export const SENDING_STATES = ['waiting', 'delivered', 'dead'] as const;
export type SendingState = (typeof SENDING_STATES)[number];

/** Where messages go: POSTed to a URL, or added to a BullMQ queue of the app's. */
export const ENDPOINT_KINDS = ['http', 'queue'] as const;
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

/**
 * Why nothing is sent to an endpoint. `person`: somebody switched it off. `gone`: it answered 410. `failing`: it has
 * failed for days.
 */
export const DISABLED_BECAUSE = ['person', 'gone', 'failing'] as const;
export type DisabledBecause = (typeof DISABLED_BECAUSE)[number];

/** What a message says besides what it is of: thin, so that the app reads the rest where it is true by then. */
export type MessageData = Readonly<{
  /** How the account stands, and whose make it is, as Seam names them. */
  state?: string;
  account_type?: string;
  account_type_display_name?: string;
  /** Of a link: only a signed event speaks for it so far. */
  is_provisional?: boolean;
  /** Of a link that ended: why. */
  because?: string;
  /** Of what needs a person: the reason, and whom the metadata name. */
  reason?: string;
  claimed_user_id?: string;
  /** Seam's words on a login that failed. */
  description?: string;
  /** What the app was told before, of what this message changes. */
  before?: Readonly<{ user_id?: string | null; state?: string | null; reason?: string | null }>;
}>;
