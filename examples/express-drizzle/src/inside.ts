import express from 'express';
import { createReconciler, ReconcilerError } from 'seam-reconciler';
import { openDatabase, prepareDatabase } from './database.ts';
import { handle } from './handle.ts';
import { type Message, TYPES } from './message.ts';
import { createPages } from './pages.ts';
import type { Reconciler } from './reconciler.ts';
import { serve } from './serve.ts';
import { readSettings } from './settings.ts';

/* The app with seam-reconciler inside: one process takes Seam's webhooks, does the work, and shows the pages. */

const settings = readSettings([
  'DATABASE_URL',
  'APP_URL',
  'SESSION_SECRET',
  'SEAM_API_KEY',
  'SEAM_WEBHOOK_SECRET',
]);
const { DATABASE_URL: databaseUrl, APP_URL: appUrl, SESSION_SECRET: sessionSecret } = settings;

const db = openDatabase(databaseUrl);
await prepareDatabase(db, { hasDemoUsers: process.env.DEMO_USERS === 'on' });

// One function for all types of message. If it throws, the message comes again.
const hooks = Object.fromEntries(
  TYPES.map(type => [type, (message: Message) => handle(db, message)]),
);

const own = createReconciler({
  databaseUrl,
  seam: {
    apiKey: settings.SEAM_API_KEY,
    webhookSecret: settings.SEAM_WEBHOOK_SECRET,
    endpoint: process.env.SEAM_ENDPOINT,
  },
  users: { table: 'public.users', nameColumn: 'name', emailColumn: 'email' },
  console: { url: appUrl },
  hooks,
});
await own.migrate();
await own.work();

const reconciler: Reconciler = {
  connect: (userId, redirectUrl) => own.connect(userId, { redirectUrl }),
  reconnect: async (userId, accountId, redirectUrl) => {
    try {
      return await own.connect(userId, { accountId, redirectUrl });
    } catch (error) {
      if (error instanceof ReconcilerError && error.code === 'not_their_account') return null;
      throw error;
    }
  },
  accountsOf: userId => own.accountsOf(userId),
};

const app = express();

// Seam's webhooks at /webhooks/seam, the support desk at /support. Before anything that reads the body.
app.use(own.router);
app.use(createPages({ db, reconciler, appUrl, sessionSecret }));

serve(app, { appUrl, db, stop: own.stop });
