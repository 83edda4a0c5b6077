import { openDatabase, prepareDatabase } from './database.ts';
import { readSettings } from './settings.ts';

/* `npm run tables`: makes the tables before anything else is set up, as the service reads the users in them. */

const { DATABASE_URL } = readSettings(['DATABASE_URL']);
const db = openDatabase(DATABASE_URL);
await prepareDatabase(db, { hasDemoUsers: process.env.DEMO_USERS === 'on' });
await db.$client.end();
