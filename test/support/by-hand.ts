import type { Actor } from '../../src/access/actor.ts';
import { createContext } from '../../src/app/context.ts';
import { createDesk } from '../../src/app/desk.ts';
import type { Subject } from '../../src/model/subject.ts';
import type { Reconciler } from '../../src/reconcile/run.ts';
import { findMatches } from '../../src/support/cases/find.ts';
import type { Desk } from '../../src/support/desk.ts';
import type { TestDatabase } from './database.ts';
import { DESK_CONFIG, SHELL } from './desk.ts';
import { look, openReconciler, owe } from './reconciler.ts';
import type { TestSeam } from './seam.ts';
import { silentLog } from './settings.ts';

type Metadata = Readonly<Record<string, string | boolean>>;

/** A desk over the database of a reconciler, so that people and runs meet: ada, bob and Seam's fake. */
export type HandDesk = Readonly<{
  desk: Desk;
  database: TestDatabase;
  reconciler: Reconciler;
  seam: TestSeam;
  /** A user finishes a webview (of an account that is there already, where one is given), and it is looked at. */
  connect: (
    metadata: Metadata,
    accountId?: string,
  ) => Promise<{ webview: Subject; account: Subject; accountId: string }>;
  /** Seam shows other metadata of an account from now on. */
  rename: (accountId: string, metadata: Metadata) => void;
  /** Something has happened to it: it is looked at. */
  news: (subject: Subject) => ReturnType<typeof look>;
  shown: (subject: Subject) => Promise<{
    state: string | undefined;
    reason: string | null | undefined;
    user: string | null | undefined;
    by: string | null | undefined;
  }>;
  /** The account's links, the first one first. */
  history: (accountId: string) => Promise<unknown[]>;
}> &
  AsyncDisposable;

/** Somebody of the desk, whose every request is one of its own. */
export const clerk = (name: string, onceKey: string | null = null): Actor => ({
  ...SHELL,
  key: `shell:${name}`,
  name,
  role: 'support',
  onceKey,
});

export const openHandDesk = async (): Promise<HandDesk> => {
  const stack = new AsyncDisposableStack();
  const opened = stack.use(await openReconciler());
  const { database, reconciler, seam } = opened;
  const context = stack.use(
    createContext({
      databaseUrl: database.url,
      redisUrl: undefined,
      workspaces: DESK_CONFIG.workspaces,
      log: silentLog,
      name: 'test',
      maxConnections: 2,
    }),
  );
  const desk = createDesk(context, database, { ...DESK_CONFIG, databaseUrl: database.url });
  const news: HandDesk['news'] = async subject => {
    await owe(database, subject);
    return look(reconciler, subject);
  };
  return {
    desk,
    database,
    reconciler,
    seam,
    news,
    connect: async (metadata, known) => {
      const webviewId = await seam.createWebview(metadata);
      const { accountId } = await seam.completeWebview(webviewId, {
        email: 'ada@locks.example',
        ...(known === undefined ? {} : { accountId: known }),
      });
      const webview: Subject = `connect_webview:${webviewId}`;
      await news(webview);
      await database.pool.query(
        'update reconciler.reconciliations set connect_webview_id = $2 where subject = $1',
        [webview, webviewId],
      );
      return { webview, account: `connected_account:${accountId}`, accountId };
    },
    rename: (accountId, metadata) => {
      const account = seam.fake.database.connected_accounts.find(
        ({ connected_account_id }) => connected_account_id === accountId,
      );
      if (account === undefined) throw new Error(`no account ${accountId}`);
      account.custom_metadata = { ...metadata } as NonNullable<typeof account.custom_metadata>;
    },
    shown: async subject => {
      const matches = await findMatches(database.db, subject);
      const match = matches.find(each => each.subject === subject);
      return {
        state: match?.state,
        reason: match?.reason,
        user: match?.user_id,
        by: match?.linked_by,
      };
    },
    history: async accountId => {
      const { rows } = await database.pool.query(
        `select user_id as "user", unlinked_because as because
           from reconciler.links where connected_account_id = $1 order by id`,
        [accountId],
      );
      return rows;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
