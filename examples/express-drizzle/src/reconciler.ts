/** Where to send the user. */
export type Webview = { url: string; connectWebviewId: string };

/** An account that is the user's now, as seam-reconciler knows it. */
export type KnownAccount = {
  connected_account_id: string;
  /** The newest Connect Webview that led to it. */
  connect_webview_id: string | null;
};

/** What the pages need of seam-reconciler: `beside.ts` and `inside.ts` each have it in their own way. */
export type Reconciler = {
  /** Creates a Connect Webview for a user. Seam sends them to `returnUrl` afterwards. */
  connect: (userId: string, returnUrl: string) => Promise<Webview>;
  /** The same, to connect an account of theirs again that has stopped working. Null: it isn't theirs any more. */
  reconnect: (userId: string, accountId: string, returnUrl: string) => Promise<Webview | null>;
  accountsOf: (userId: string) => Promise<KnownAccount[]>;
};
