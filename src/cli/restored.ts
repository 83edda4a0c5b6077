import { type Env, parseConfig } from '../config/config.ts';
import { isGiven } from '../config/secret-files.ts';
import { openDatabase } from '../db/client.ts';
import { isMigrated } from '../db/migrate.ts';
import { createLogger } from '../ops/log.ts';
import { type PutRight, putRightRestored } from '../support/setup/restored.ts';
import { confirm } from './confirm.ts';
import { CommandError, EXIT } from './exit.ts';
import { actorOf, type Output } from './open.ts';
import { printJson, printLine, printNotice } from './print.ts';

const QUESTION =
  'Was this database restored from a backup? Everyone is signed out, and what your app is told goes on with far higher numbers. Go on?';

/**
 * `restored`: puts right what a backup brings back and what it doesn't know, by the address of the role that migrates, where
 * there is one.
 */
export const restored = async (env: Env, options: Output & { yes?: true }): Promise<number> => {
  const setting = isGiven(env, 'MIGRATE_DATABASE_URL') ? 'MIGRATE_DATABASE_URL' : 'DATABASE_URL';
  const config = parseConfig(env, [setting]);
  await using database = openDatabase({
    url: config.migrateDatabaseUrl ?? config.databaseUrl ?? '',
    name: 'seam-reconciler cli',
    max: 2,
    log: createLogger({ level: 'error', pretty: process.stderr.isTTY === true }),
  });
  const { pool } = database;
  if (!(await isMigrated(pool))) {
    throw new CommandError('Run "migrate" first, and then this again.', EXIT.refused);
  }
  await confirm(QUESTION, options.yes === true);
  const done = await putRightRestored(pool, actorOf(config));
  if (options.json) printJson(done);
  else printLine(describe(done));
  printNotice(NEXT);
  return EXIT.done;
};

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

const describe = (done: PutRight): string =>
  [
    `Ended: ${count(done.sessions, 'session')}, ${count(done.links, 'sign-in link')}, ${count(done.bulk_runs_stopped, 'bulk run')}.`,
    `What your app is told begins at position ${done.first_position}.`,
    `${count(done.tokens, 'API token')} of the backup ${done.tokens === 1 ? 'works' : 'work'}, also any that was revoked since: "token list", "token revoke <id>", or "sessions revoke --all --tokens".`,
  ].join('\n');

const NEXT = `Next:
1. Start serve and work.
2. "backfill --since <a little before the backup was made>" brings the events since.
3. "drift --fix" puts right what no event tells any more.
4. Tell whoever runs your app: it compares its own table with user_accounts.`;
