import express from 'express';
import { createClient, SignatureError, verify } from 'seam-reconciler-client';
import { openDatabase, prepareDatabase } from './database.ts';
import { handle } from './handle.ts';
import { createPages } from './pages.ts';
import type { Reconciler } from './reconciler.ts';
import { serve } from './serve.ts';
import { readSettings } from './settings.ts';

/* The app beside the service: it asks over the API, and is told by signed webhooks. */

const settings = readSettings([
  'DATABASE_URL',
  'APP_URL',
  'SESSION_SECRET',
  'RECONCILER_URL',
  'RECONCILER_TOKEN',
  'RECONCILER_SECRET',
]);

const db = openDatabase(settings.DATABASE_URL);
await prepareDatabase(db);

const client = createClient({ url: settings.RECONCILER_URL, token: settings.RECONCILER_TOKEN });

const reconciler: Reconciler = {
  connect: async (userId, returnUrl) => {
    const made = await client.createWebview({
      body: { user_id: userId, custom_redirect_url: returnUrl },
    });
    return { url: made.url, connectWebviewId: made.connect_webview_id };
  },
  reconnect: async (connectedAccountId, returnUrl) => {
    const made = await client.reconnectAccount({
      path: { account_id: connectedAccountId },
      body: { custom_redirect_url: returnUrl },
    });
    return { url: made.url, connectWebviewId: made.connect_webview_id };
  },
  accountsOf: async userId => {
    const { accounts } = await client.listUserAccounts({ path: { id: userId } });
    return accounts.map(account => ({
      connectedAccountId: account.connected_account_id,
      connectWebviewId: account.connect_webview_id,
    }));
  },
};

const app = express();

// Before anything that reads the body: a signature is of the raw bytes.
app.post('/webhooks/connections', express.raw({ type: () => true }), async (request, response) => {
  try {
    await handle(db, await verify(request, settings.RECONCILER_SECRET));
    response.sendStatus(204);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    response.status(400).send(error.message);
  }
});

app.use(
  createPages({
    db,
    reconciler,
    appUrl: settings.APP_URL,
    sessionSecret: settings.SESSION_SECRET,
  }),
);

serve(app, settings.APP_URL, () => db.$client.end());
