/** An account of the user's, as seam-reconciler knows it at this moment. */
export type KnownAccount = {
  connectedAccountId: string;
  /** The newest Connect Webview that led to it. */
  connectWebviewId: string | null;
};

/** Where to send the user, and what for. */
export type Webview = { url: string; connectWebviewId: string };

/** What the pages need of seam-reconciler. `beside.ts` and `inside.ts` each have it in their own way. */
export type Reconciler = {
  /**
   * Creates a Connect Webview for a user.
   *
   * @param returnUrl where Seam sends the user afterwards
   */
  connect: (userId: string, returnUrl: string) => Promise<Webview>;
  /** The same to connect an account again that has stopped working. */
  reconnect: (connectedAccountId: string, returnUrl: string) => Promise<Webview>;
  accountsOf: (userId: string) => Promise<KnownAccount[]>;
};
