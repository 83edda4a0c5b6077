import type { Db } from '../db/client.ts';
import { users } from '../db/schema-users.ts';
import { HttpError } from '../http/errors.ts';
import type { Metadata } from '../seam/metadata.ts';
import type { AccountChange } from './account-life.ts';
import type { LockMaker } from './accounts.ts';
import type { EventBody } from './event.ts';
import type { SandboxSeam } from './seam.ts';
import { sendWebhook } from './sender.ts';

/** The pretend app's users. */
const SANDBOX_USERS = [
  { id: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' },
  { id: 'grace', name: 'Grace Hopper', email: 'grace@example.com' },
  { id: 'alan', name: 'Alan Turing', email: 'alan@example.com' },
] as const;

export const seedUsers = async (db: Db): Promise<void> => {
  await db
    .insert(users)
    .values([...SANDBOX_USERS])
    .onConflictDoNothing();
};

/** What came of one pretend connection. */
type Connection = Readonly<{
  connect_webview_id: string;
  connected_account_id: string;
  webhooks: number;
}>;

/** How a user finishes a webview, where not in the ordinary way. */
type Finishing = Readonly<{
  /** Connects that account again. */
  accountId?: string | undefined;
  maker?: LockMaker;
  /** Seam has the events, but none of the webhooks arrives. */
  losesWebhooks?: boolean;
}>;

/** The pretend app: opens webviews for its users and, as Seam would, sends the webhooks. */
export type SandboxApp = Readonly<{
  /**
   * Opens a webview.
   *
   * @param userId what goes into custom_metadata; null: no id; `true`: an app that has mistaken its type
   */
  open: (userId: string | true | null) => Promise<string>;
  /** A user opens a webview and finishes it. */
  connect: (userId: string | true | null, email: string, how?: Finishing) => Promise<Connection>;
  /** The user finishes a webview that is there. @throws HttpError when there is none to be finished */
  finish: (webviewId: string, email: string, how?: Finishing) => Promise<Connection>;
  /** The lock maker refuses the user. @throws HttpError when there is none to be finished */
  fail: (webviewId: string) => Promise<void>;
  /** Something happens to an account. @returns how many webhooks told of it */
  change: (accountId: string, change: AccountChange) => Promise<number>;
  /** Seam tells of whatever it likes. */
  tell: (event: EventBody) => Promise<void>;
  knows: (accountId: string) => boolean;
  /** From now on all webhooks get lost; or arrive again. */
  setLosing: (isLosing: boolean) => void;
  isLosing: () => boolean;
}>;

export const createSandboxApp = (options: {
  seam: SandboxSeam;
  webhookUrl: string;
  secret: string;
  /** What goes into a webview's metadata for a user, or what an app puts there by mistake. */
  nameUser: (userId: string | true) => Promise<Metadata>;
}): SandboxApp => {
  const { seam, webhookUrl, secret, nameUser } = options;
  const { database } = seam.fake;
  let isLosing = false;

  /** Seam sends to each endpoint that is registered with it. Whoever else is among them may be away. */
  const sendToOthers = (event: EventBody): void => {
    const others = database.webhooks.filter(
      ({ url, event_types: types = [] }) =>
        url !== webhookUrl && (types.includes('*') || types.includes(event.event_type)),
    );
    for (const other of others) {
      sendWebhook(other.url, other.secret ?? '', event).catch(() => undefined);
    }
  };
  /** @returns how many were sent */
  const send = async (events: readonly EventBody[]): Promise<number> => {
    if (isLosing) return 0;
    for (const event of events) sendToOthers(event);
    await Promise.all(events.map(event => sendWebhook(webhookUrl, secret, event)));
    return events.length;
  };
  const insistOnPending = (webviewId: string): void => {
    const webview = database.connect_webviews.find(w => w.connect_webview_id === webviewId);
    if (webview === undefined) {
      throw new HttpError(404, 'not_found', 'The sandbox has no such Connect Webview.');
    }
    if (webview.status !== 'pending') {
      throw new HttpError(409, 'finished', 'This Connect Webview is already finished.');
    }
  };
  const finish: SandboxApp['finish'] = async (webviewId, email, how = {}) => {
    insistOnPending(webviewId);
    const { losesWebhooks = false, ...account } = how;
    const { accountId, events } = await seam.completeWebview(webviewId, { email, ...account });
    return {
      connect_webview_id: webviewId,
      connected_account_id: accountId,
      webhooks: await send(losesWebhooks ? [] : events),
    };
  };
  const open: SandboxApp['open'] = async userId =>
    seam.createWebview(userId === null ? {} : await nameUser(userId));
  return {
    open,
    connect: async (userId, email, how) => finish(await open(userId), email, how),
    finish,
    fail: async webviewId => {
      insistOnPending(webviewId);
      await send(await seam.failWebview(webviewId));
    },
    change: async (accountId, change) => send(await seam.changeAccount(accountId, change)),
    tell: async event => {
      await send([event]);
    },
    knows: accountId => database.connected_accounts.some(a => a.connected_account_id === accountId),
    setLosing: losing => {
      isLosing = losing;
    },
    isLosing: () => isLosing,
  };
};
