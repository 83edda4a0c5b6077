import express from 'express';
import { createReconciler } from 'seam-reconciler';
import { openDatabase, prepareDatabase } from './database.ts';
import { handle } from './handle.ts';
import { createPages } from './pages.ts';
import { serve } from './serve.ts';
import { readSettings } from './settings.ts';

/* The app with seam-reconciler inside it: one process takes Seam's webhooks, does the work and shows the pages. */

const settings = readSettings([
  'DATABASE_URL',
  'APP_URL',
  'SESSION_SECRET',
  'SEAM_API_KEY',
  'SEAM_WEBHOOK_SECRET',
]);

const db = openDatabase(settings.DATABASE_URL);
await prepareDatabase(db);

const lib = createReconciler({
  databaseUrl: settings.DATABASE_URL,
  seam: {
    apiKey: settings.SEAM_API_KEY,
    webhookSecret: settings.SEAM_WEBHOOK_SECRET,
    endpoint: process.env.SEAM_ENDPOINT,
  },
  users: { table: 'public.users', nameColumn: 'name', emailColumn: 'email' },
  hooks: {},
});
