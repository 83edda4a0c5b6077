import express from 'express';
import { createClient, ReconcilerError, SignatureError, verify } from 'seam-reconciler-client';
import { openDatabase, prepareDatabase } from './database.ts';
import { handle } from './handle.ts';
import { isHandled } from './message.ts';
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
await prepareDatabase(db, { hasDemoUsers: process.env.DEMO_USERS === 'on' });

const client = createClient({ url: settings.RECONCILER_URL, token: settings.RECONCILER_TOKEN });

const reconciler: Reconciler = {
  connect: async (userId, returnUrl) => {
    const body = { user_id: userId, custom_redirect_url: returnUrl };
    const { url, connect_webview_id: connectWebviewId } = await client.createWebview({ body });
    return { url, connectWebviewId };
  },
  reconnect: async (userId, accountId, returnUrl) => {
    try {
      const { url, connect_webview_id: connectWebviewId } = await client.reconnectAccount({
        path: { account_id: accountId },
        // For this user or nobody: the account may be another's by now, and the app hasn't heard of it yet.
        body: { user_id: userId, custom_redirect_url: returnUrl },
      });
      return { url, connectWebviewId };
    } catch (error) {
      // Another's by now, or gone. (To a request with an Idempotency-Key, `conflict` would say other things, too.)
      if (error instanceof ReconcilerError && ['conflict', 'not_found'].includes(error.type)) {
        return null;
      }
      throw error;
    }
  },
  accountsOf: userId => client.accountsOf(userId),
};

const app = express();

// Before anything that reads the body: a signature is of the bytes as they came.
app.post('/webhooks/connections', async (request, response) => {
  try {
    const message = await verify(request, settings.RECONCILER_SECRET);
    // If this fails, the answer is 500, and the message comes again.
    if (isHandled(message)) await handle(db, message);
    response.sendStatus(204);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    response.status(error.status).send(error.message);
  }
});

const { APP_URL: appUrl, SESSION_SECRET: sessionSecret } = settings;
app.use(createPages({ db, reconciler, appUrl, sessionSecret }));

serve(app, { appUrl, db });
