/* Messages of seam-reconciler, whichever way they come. Its docs/contract.md says what each means. */

/** The types that this app handles. Others may come: it passes over them. */
export const TYPES = [
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

/** What this app reads of a message. */
export type Message = {
  type: (typeof TYPES)[number];
  timestamp: string;
  data: {
    /** The same however often it is sent. */
    message_id: string;
    /** The connection that it is about: `connected_account:<id>`, or `connect_webview:<id>` before there is an account. */
    about: string;
    /** Counts the messages about that connection. */
    sequence: number;
    user_id: string | null;
    connected_account_id: string | null;
    connect_webview_id: string | null;
    /** What isn't known is left out. */
    account_type_display_name?: string | undefined;
    state?: string | undefined;
    before?: { user_id?: string | null | undefined } | undefined;
  };
};

export const isHandled = (message: { type: string }): message is Message =>
  TYPES.some(type => type === message.type);
