import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { Fake } from '@seamapi/fake-seam-connect';
import { EVENT_TYPES } from '../seam/events.ts';
import { type AccountChange, changeAccount, setTroubles } from './account-life.ts';
import { accountOf, addAccount, type LockMaker, replaceMetadata } from './accounts.ts';
import { addEndpoint, beginnings } from './beginnings.ts';
import type { EventBody } from './event.ts';
import { addLayer } from './layer.ts';
import { type WebviewPage, webviewPages } from './webview-pages.ts';

type Metadata = Readonly<Record<string, string | boolean>>;

/**
 * Seam's own fake, with what it leaves out and Seam's documentation promises: ids that don't repeat
 * after a restart, custom metadata on webviews and their copy on the account, metadata that an update
 * replaces (the fake merges them), errors and warnings of accounts, the events of all this, and those
 * events in its list of events.
 */
export type SandboxSeam = Readonly<{
  endpoint: string;
  apiKey: string;
  workspaceId: string;
  /** Those that were there when it started, the first one first. */
  workspaces: readonly Readonly<{ id: string; name: string; apiKey: string }>[];
  fake: Fake;
  /** Registers our own endpoint for all that it needs, in place of the one on this machine before. */
  registerEndpoint: (url: string, secret: string) => Promise<void>;
  /** One more workspace. @returns its API key */
  addWorkspace: (workspaceId: string) => Promise<string>;
  /** From now on a webview's address is that of a page that plays it; so is that of each that is there. */
  showWebviewsAt: (page: WebviewPage) => Promise<void>;
  /** @param workspaceId where it isn't the sandbox's first */
  createWebview: (metadata: Metadata, workspaceId?: string) => Promise<string>;
  /**
   * The user finishes the webview. With `accountId` an account that is there already is connected again,
   * and the webview's metadata replace the account's.
   */
  completeWebview: (
    webviewId: string,
    account: { email: string; accountId?: string | undefined; maker?: LockMaker },
  ) => Promise<{ accountId: string; events: EventBody[] }>;
  /** The user fails to sign in. */
  failWebview: (webviewId: string) => Promise<EventBody[]>;
  /** Something happens to an account. */
  changeAccount: (accountId: string, change: AccountChange) => Promise<EventBody[]>;
  /** Seam has an outage: every call is answered 503; or it is over. What happens at Seam goes on. */
  setAway: (away: boolean) => void;
  isAway: () => boolean;
  event: (type: string, fields: Readonly<Record<string, unknown>>) => EventBody;
  /** Keeps what was put into the fake by itself. */
  save: () => Promise<void>;
}> &
  AsyncDisposable;

const WORKSPACE_ID = 'sandbox_workspace';

/** @param stateFile where the fake's data are kept over restarts; absent: nowhere */
export const startSandboxSeam = async (stateFile?: string): Promise<SandboxSeam> => {
  // What it is bundled with reads it when it is loaded, and Node 26 no longer has it (buffer-equal-constant-time).
  const buffer = createRequire(import.meta.url)('node:buffer') as { SlowBuffer?: unknown };
  buffer.SlowBuffer ??= Buffer;
  const { createFake } = await import('@seamapi/fake-seam-connect');
  const fake = await createFake();
  if (stateFile !== undefined && existsSync(stateFile)) {
    await fake.loadJSON(JSON.parse(readFileSync(stateFile, 'utf8')));
  }
  const { database } = fake;
  const state = await fake.toJSON();
  type Update = Fake['database']['updateConnectedAccount'];
  const { updateConnectedAccount: merge } = state as unknown as { updateConnectedAccount: Update };
  await fake.loadJSON({
    ...state,
    _getNextId: (type: string) => `${type}_${randomUUID()}`,
    updateConnectedAccount: (change: Parameters<Update>[0]) => {
      const { custom_metadata, ...rest } = change;
      const updated = merge(rest);
      if (custom_metadata === undefined) return updated;
      replaceMetadata(fake, change.connected_account_id, custom_metadata);
      return accountOf(fake, change.connected_account_id);
    },
  } as Parameters<Fake['loadJSON']>[0]);
  if (database.workspaces.length === 0) {
    database.addWorkspace({ name: 'Sandbox', workspace_id: WORKSPACE_ID, is_sandbox: true });
    addApiKey(fake, WORKSPACE_ID);
  }
  const apiKey = database.api_keys[0]?.token ?? '';
  const workspaces = database.workspaces.map(({ workspace_id: id, name }) => {
    const key = database.api_keys.find(({ workspace_id }) => workspace_id === id);
    return { id, name, apiKey: key?.token ?? '' };
  });

  const save = async (): Promise<void> => {
    if (stateFile === undefined) return;
    // Written beside and moved into place: a kill in between leaves the old file whole.
    writeFileSync(`${stateFile}.new`, JSON.stringify(await fake.toJSON()));
    renameSync(`${stateFile}.new`, stateFile);
  };
  await save();
  const server = await fake.startServer({ signals: [] });
  const pages = webviewPages(fake);
  addLayer(server.server, apiKey, beginnings(fake, WORKSPACE_ID, { save, show: pages.show }));

  const outage = playOutages(server.server);

  const event: SandboxSeam['event'] = (type, fields) => {
    const made = {
      event_id: randomUUID(),
      event_type: type,
      workspace_id: WORKSPACE_ID,
      created_at: new Date().toISOString(),
      occurred_at: new Date().toISOString(),
      ...fields,
    };
    database.events.push(made as unknown as (typeof database.events)[number]);
    return made;
  };

  const burst = (webviewId: string, accountId: string): EventBody[] => {
    const account = database.connected_accounts.find(a => a.connected_account_id === accountId);
    const fields = {
      ...(account === undefined ? {} : { workspace_id: account.workspace_id }),
      connect_webview_id: webviewId,
      connected_account_id: accountId,
      connected_account_custom_metadata: account?.custom_metadata ?? {},
    };
    return [
      event('connected_account.created', fields),
      event('connected_account.connected', fields),
      event('connected_account.successful_login', fields),
      event('connect_webview.login_succeeded', fields),
    ];
  };

  return {
    endpoint: server.serverUrl,
    apiKey,
    workspaceId: WORKSPACE_ID,
    workspaces,
    fake,
    event,
    save,
    addWorkspace: async workspaceId => {
      database.addWorkspace({ name: workspaceId, workspace_id: workspaceId, is_sandbox: true });
      const token = addApiKey(fake, workspaceId);
      await save();
      return token;
    },
    ...outage,
    showWebviewsAt: async page => {
      pages.showAt(page);
      await save();
    },
    createWebview: async (metadata, workspaceId = WORKSPACE_ID) => {
      const webview = database.addConnectWebview({
        workspace_id: workspaceId,
        any_provider_allowed: true,
        custom_metadata: { ...metadata },
      });
      pages.show(webview);
      await save();
      return webview.connect_webview_id;
    },
    registerEndpoint: async (url, secret) => {
      for (const { webhook_id, url: known } of [...database.webhooks]) {
        if (known.startsWith('http://127.0.0.1:')) database.deleteWebhook(webhook_id);
      }
      addEndpoint(fake, WORKSPACE_ID, url, EVENT_TYPES, secret);
      await save();
    },
    completeWebview: async (webviewId, { email, accountId: known, maker = 'august' }) => {
      const webview = database.connect_webviews.find(w => w.connect_webview_id === webviewId);
      if (webview === undefined) throw new Error(`there is no webview ${webviewId} in the sandbox`);
      const metadata = webview.custom_metadata ?? {};
      const accountId = known ?? addAccount(fake, email, maker, webview.workspace_id);
      replaceMetadata(fake, accountId, metadata);
      setTroubles(fake, accountId, { errors: [], warnings: [] });
      database.updateConnectWebview({
        connect_webview_id: webviewId,
        status: 'authorized',
        connected_account_id: accountId,
      });
      const events = burst(webviewId, accountId);
      await save();
      return { accountId, events };
    },
    changeAccount: async (accountId, change) => {
      const events = changeAccount(fake, event, accountId, change);
      await save();
      return events;
    },
    failWebview: async webviewId => {
      database.updateConnectWebview({
        connect_webview_id: webviewId,
        status: 'failed',
        connected_account_id: null as unknown as string,
      });
      const failed = event('connect_webview.login_failed', { connect_webview_id: webviewId });
      await save();
      return [failed];
    },
    [Symbol.asyncDispose]: async () => {
      await save();
      await new Promise(resolve => {
        server.server.close(resolve);
        server.server.closeAllConnections();
      });
    },
  };
};

const addApiKey = ({ database }: Fake, workspaceId: string): string => {
  const token = `seam_sandbox_${randomBytes(12).toString('hex')}`;
  database.addApiKey({ workspace_id: workspaceId, token });
  return token;
};

/** Stands between the fake's server and its callers. */
const playOutages = (server: Server): Pick<SandboxSeam, 'setAway' | 'isAway'> => {
  let isAway = false;
  const answering = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse<IncomingMessage>) => {
    if (isAway) response.writeHead(503, { 'content-type': 'text/plain' }).end('outage');
    else for (const answer of answering) answer.call(server, request, response as never);
  });
  return {
    setAway: away => {
      isAway = away;
    },
    isAway: () => isAway,
  };
};
