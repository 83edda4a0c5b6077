import { createHash } from 'node:crypto';
import type { ChaosSeam } from '../chaos/seam-front.ts';
import type { Claim, WorkspaceName } from './operations.ts';

/** An account of the plan, as the model has it. */
export type Account = {
  readonly id: string;
  readonly workspace: WorkspaceName;
  /** The newest webview first. */
  readonly webviews: string[];
  readonly events: SeamEvent[];
  /** Whom its metadata have named, anywhere, at any time. */
  readonly claims: Set<string>;
  /** To whom people have linked it, or tried to. */
  readonly byHand: Set<string>;
  /** `asked`: a person's request to delete it is under way, or nobody knows what became of it. */
  fate: 'there' | 'announced' | 'vanished' | 'asked' | 'deleted_by_person';
  /** When Seam or its app last replaced the metadata as a whole (number of the operation). */
  replacedAt: number;
  /** Some of what we have of it has been made older, and may have been removed since. */
  isAged: boolean;
};

/** An event as Seam made it. */
export type SeamEvent = Readonly<{
  eventId: string;
  eventType: string;
  workspace: WorkspaceName;
  accountId: string | null;
  webviewId: string | null;
  body: string;
  digest: string;
}>;

/** Seam and its apps: what is there, and what has happened, known without asking what is under test. */
export type World = Readonly<{
  accounts: ReadonlyMap<number, Account>;
  events: readonly SeamEvent[];
  users: ReadonlySet<string>;
  signUp: (user: string) => void;
  connect: (
    number: number,
    of: { account: number; workspace: WorkspaceName; user: Claim; at?: Date },
  ) => Promise<SeamEvent[]>;
  /**
   * An account that was connected before anything of ours was there: no webhook tells of it, and Seam's list of
   * events has it among those of that time.
   */
  connectBefore: (account: number, workspace: WorkspaceName, ago: number) => Promise<void>;
  fail: (workspace: WorkspaceName) => Promise<SeamEvent[]>;
  notice: (account: Account, eventType: string) => SeamEvent[];
  replaceMetadata: (number: number, account: Account, user: Claim) => void;
  vanish: (account: Account, announced: boolean) => SeamEvent[];
  /** What Seam shows of it now; null: nothing. */
  metadataOf: (account: Account) => Readonly<Record<string, unknown>> | null;
}>;

/** Seam's ids of the two workspaces; the first is the sandbox's own. */
export type WorkspaceIds = Readonly<Record<WorkspaceName, string>>;

const metadataFor = (user: Claim): Record<string, string | boolean> =>
  user === null ? { tier: 'gold' } : { id: user, tier: 'gold' };

export const openWorld = (
  seam: ChaosSeam,
  workspaces: WorkspaceIds,
  knownUsers: readonly string[],
): World => {
  const { database } = seam.fake;
  const accounts = new Map<number, Account>();
  const events: SeamEvent[] = [];
  const users = new Set(knownUsers);

  const keep = (
    workspace: WorkspaceName,
    made: Readonly<Record<string, unknown>>,
    account?: Account,
  ): SeamEvent => {
    const body = JSON.stringify(made);
    const event = {
      eventId: String(made.event_id),
      eventType: String(made.event_type),
      workspace,
      accountId: typeof made.connected_account_id === 'string' ? made.connected_account_id : null,
      webviewId: typeof made.connect_webview_id === 'string' ? made.connect_webview_id : null,
      body,
      digest: createHash('sha256').update(body).digest('hex'),
    };
    events.push(event);
    account?.events.push(event);
    return event;
  };
  const tell = (account: Account, type: string): SeamEvent =>
    keep(
      account.workspace,
      seam.event(type, {
        workspace_id: workspaces[account.workspace],
        connected_account_id: account.id,
      }),
      account,
    );
  const shown = ({ id }: Account) =>
    database.connected_accounts.find(each => each.connected_account_id === id);

  const connect: World['connect'] = async (number, of) => {
    const { account: label, workspace: wanted, user, at } = of;
    const known = accounts.get(label);
    const isThere = known?.fate === 'there' && shown(known) !== undefined;
    // An account belongs to a workspace for good; one that is gone comes back as another.
    const workspace = isThere ? known.workspace : wanted;
    const webview = await seam.createWebview(metadataFor(user), workspaces[workspace]);
    const { accountId, events: burst } = await seam.completeWebview(webview, {
      email: `account-${label}@locks.example`,
      accountId: isThere ? known.id : undefined,
    });
    const account: Account = isThere
      ? known
      : {
          id: accountId,
          workspace,
          webviews: [],
          events: [],
          claims: new Set(),
          byHand: new Set(),
          fate: 'there',
          replacedAt: number,
          isAged: false,
        };
    if (!isThere && known !== undefined) accounts.set(-number, known);
    accounts.set(label, account);
    account.webviews.unshift(webview);
    account.replacedAt = number;
    if (typeof user === 'string') account.claims.add(user);
    return burst.map(body => {
      // The very object that is in Seam's list.
      if (at !== undefined) {
        const then = at.toISOString();
        Object.assign(body, { created_at: then, occurred_at: then });
      }
      return keep(workspace, body, account);
    });
  };

  return {
    accounts,
    events,
    users,
    signUp: user => void users.add(user),
    connect,
    connectBefore: async (label, workspace, agoMs) => {
      const user = knownUsers[label % knownUsers.length] ?? null;
      await connect(0, { account: label, workspace, user, at: new Date(Date.now() - agoMs) });
    },
    fail: async workspace => {
      const webview = await seam.createWebview({}, workspaces[workspace]);
      const [own] = await seam.failWebview(webview);
      // The fake's own event names the first workspace: this one is of whose webview it is.
      const at = database.events.findIndex(({ event_id }) => event_id === own?.event_id);
      if (at >= 0) database.events.splice(at, 1);
      const fields = { workspace_id: workspaces[workspace], connect_webview_id: webview };
      return [keep(workspace, seam.event('connect_webview.login_failed', fields))];
    },
    notice: (account, eventType) => [tell(account, eventType)],
    replaceMetadata: (number, account, user) => {
      const there = shown(account);
      if (there === undefined) return;
      there.custom_metadata = metadataFor(user) as NonNullable<typeof there.custom_metadata>;
      account.replacedAt = number;
      if (typeof user === 'string') account.claims.add(user);
    },
    vanish: (account, announced) => {
      if (shown(account) === undefined) return [];
      database.deleteConnectedAccount({ connected_account_id: account.id });
      account.fate = announced ? 'announced' : 'vanished';
      return announced ? [tell(account, 'connected_account.deleted')] : [];
    },
    metadataOf: account => shown(account)?.custom_metadata ?? null,
  };
};
