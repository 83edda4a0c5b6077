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

/**
 * Where messages go: POSTed to a URL, added to a BullMQ queue of the app's, or given to functions (hooks) in a process of
 * the app's own.
 */
export const ENDPOINT_KINDS = ['http', 'queue', 'hook'] as const;
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

/** Those that people add; hooks come with the process of the app that has them. */
export const ADDED_KINDS = ['http', 'queue'] as const satisfies EndpointKind[];

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

/** What is known of an account, of which a message may be. */
type OfAccount = Pick<MessageData, 'state' | 'account_type' | 'account_type_display_name'>;

type Before<Field extends string, Value> = Readonly<{ before: Readonly<Record<Field, Value>> }>;

/** A message that tells of a link, which is somebody's; by `is_provisional` only a signed event speaks for it so far. */
type OfLink = Readonly<{
  user_id: string;
  connected_account_id: string;
  is_provisional: boolean;
}>;

/** A message that tells how an account stands by now. */
type OfState = Readonly<{ connected_account_id: string; state: string }> &
  Before<'state', string | null>;

/** What each type says, beyond what all of them say. */
type DataOf = {
  'account.linked': OfLink & Before<'user_id', null>;
  'account.relinked': OfLink & Before<'user_id', string> & Pick<MessageData, 'because'>;
  'account.unlinked': Readonly<{ user_id: null; connected_account_id: string }> &
    Before<'user_id', string | null> &
    Pick<MessageData, 'because'>;
  'account.disconnected': OfState;
  'account.reconnected': OfState;
  'account.reauthorization_requested': OfState;
  'account.deleted': OfState;
  'webview.login_failed': Readonly<{ connect_webview_id: string }> &
    Pick<MessageData, 'claimed_user_id' | 'description'>;
  'connection.needs_attention': Readonly<{ reason: string }> &
    Pick<MessageData, 'claimed_user_id'> &
    Before<'reason', string | null>;
  'connection.settled': Before<'reason', string>;
};

/** What all messages say, unless their type says more of it. */
type DataOfAll = Readonly<{
  /** The same whenever and wherever it is sent: by it the app knows what it has seen. */
  message_id: string;
  /** Its place in the order of all messages. */
  position: number;
  /** `connected_account:<id>`, or `connect_webview:<id>` of one that led to no account yet. */
  about: string;
  /** Counts the messages about that connection. */
  sequence: number;
  /** Null where there is only one and its id isn't known. */
  workspace_id: string | null;
  user_id: string | null;
  connected_account_id: string | null;
  connect_webview_id: string | null;
  /** Of the trace in which it came about; left out where there is none. */
  trace_id?: string;
}> &
  OfAccount;

/**
 * A message of a type (or of several), as the app gets it whichever way: the fields that docs/contract.md describes, those
 * that are always there as such. Further fields may come, and further values of `state`, `reason` and `because`.
 */
export type MessageOf<Type extends MessageType = MessageType> = Type extends MessageType
  ? Readonly<{
      type: Type;
      /** When what it tells of took place: ISO 8601, UTC. */
      timestamp: string;
      data: Omit<DataOfAll, keyof DataOf[Type]> & DataOf[Type];
    }>
  : never;
