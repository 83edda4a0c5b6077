import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { z } from 'zod';
import { Disposables } from '../ops/disposables.ts';
import type { Logger } from '../ops/log.ts';
import { pause } from '../ops/loop.ts';
import { tieColumns } from './constraints.ts';
import { readMigrationFiles } from './drizzle.ts';
import { CannotMigrateError, isLockTrouble, MigrationError } from './errors.ts';
import { readTraits, unfitFor } from './fitness.ts';
import { createFunctions } from './functions.ts';
import { buildLaterIndexes } from './indexes.ts';
import { type MigrationSession, openMigrationSession } from './migration-session.ts';
import { fillOwners } from './owners.ts';
import { PUBLIC_SCHEMA } from './public-views.ts';
import { publishViews } from './publish.ts';
import { orderRestored } from './restored.ts';
import { createTelling } from './telling.ts';
import { offerTrigrams } from './trigrams.ts';
import { keepTurn, takeTurn } from './turn.ts';

const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url));
const SCHEMA = 'reconciler';
const LEDGER = `${SCHEMA}.migrations`;

/** A server that takes longer to let us in, or to say that the turn is ours, says nothing any more. */
const SILENCE_MS = 10_000;
/** Between two tries of what others are in the way of. */
const PAUSE_MS = 1_500;
/** About a minute in all. */
const MAX_TRIES = 30;

/** One part of the migration: all of it is applied, or nothing. Where it was applied before it does nothing. */
export type MigrationStep = Readonly<{
  /** What it brings up, to go into a sentence. */
  of: string;
  apply: (session: MigrationSession, log?: Logger) => Promise<unknown>;
}>;

/** The schema is made before them, where it isn't there: to ask for it needs a right on the database. */
const MAKES_SCHEMA = /^\s*create schema if not exists/i;

/** As Drizzle does it, which would ask for that right each time: what is newer than the newest that was applied. */
const applyMigrations = (session: MigrationSession): Promise<void> =>
  session.inTransaction(async client => {
    await createSchema(client, SCHEMA);
    const { rows } = await client.query<{ ledger: string | null }>(
      'select to_regclass($1) as ledger',
      [LEDGER],
    );
    if (rows[0]?.ledger === null) {
      await client.query(
        `create table ${LEDGER} (id serial primary key, hash text not null, created_at bigint)`,
      );
    }
    const newest = await newestApplied(client);
    for (const { sql, hash, folderMillis } of readMigrationFiles({ migrationsFolder: FOLDER })) {
      if (folderMillis <= newest) continue;
      for (const statement of sql.filter(each => !MAKES_SCHEMA.test(each)))
        await client.query(statement);
      await client.query(`insert into ${LEDGER} (hash, created_at) values ($1, $2)`, [
        hash,
        folderMillis,
      ]);
    }
  });

const newestApplied = async (client: Pick<pg.Pool | pg.Client, 'query'>): Promise<number> => {
  const { rows } = await client.query<{ newest: string | null }>(
    `select max(created_at) as newest from ${LEDGER}`,
  );
  return Number(rows[0]?.newest ?? 0);
};

/** Makes a schema where it isn't there. Where it is, no right on the database is needed. */
export const createSchema = async (client: pg.Client, schema: string): Promise<void> => {
  const { rows } = await client.query('select from pg_namespace where nspname = $1', [schema]);
  if (rows.length === 0) await client.query(`create schema ${pg.escapeIdentifier(schema)}`);
};

const OUR_STEPS: readonly MigrationStep[] = [
  { of: `our tables (schema ${SCHEMA})`, apply: applyMigrations },
  { of: 'what searches use of Postgres (pg_trgm)', apply: offerTrigrams },
  { of: `our later indexes (schema ${SCHEMA})`, apply: buildLaterIndexes },
  { of: `what ties our columns (schema ${SCHEMA})`, apply: tieColumns },
  { of: `whose our webviews and accounts are (schema ${SCHEMA})`, apply: fillOwners },
  { of: `our functions (schema ${SCHEMA})`, apply: createFunctions },
  { of: `what tells the app of changes (schema ${SCHEMA})`, apply: createTelling },
  { of: `what was restored from a dump (schema ${SCHEMA})`, apply: orderRestored },
];

/** Comes last, so that nothing waits for what keeps it from being done. */
const VIEWS: MigrationStep = {
  of: `the views for your app (schema ${PUBLIC_SCHEMA})`,
  apply: publishViews,
};

type Options = Readonly<{
  log?: Logger;
  maxTries?: number;
  turnLimitMs?: number;
  silenceMs?: number;
  /** Ends it before its next step, and waiting: for the turn, or for what others have in use. */
  signal?: AbortSignal | undefined;
}>;

/**
 * Brings the database up to this version's schema, under a lock, and does nothing where it is. Older
 * versions may be at work in it meanwhile. It works behind a pooler, too, and leaves nothing on its connections.
 *
 * @param extra what else to bring up, under the same lock
 * @throws CannotMigrateError before anything is changed: the database won't do, or another migration goes on
 * @throws MigrationError when a step failed: it has changed nothing; whatever the connection throws; the signal's reason
 */
export const runMigrations = async (
  databaseUrl: string,
  extra: readonly MigrationStep[],
  options: Options = {},
): Promise<void> => {
  await using stack = new Disposables();
  const { silenceMs = SILENCE_MS } = options;
  const connecting = { connectionString: databaseUrl, connectionTimeoutMillis: silenceMs };
  const holder = await connect(stack, { ...connecting, query_timeout: silenceMs });
  const unfit = unfitFor(await readTraits(holder));
  if (unfit !== null) throw new CannotMigrateError(unfit);
  const { turnLimitMs: limitMs, log, signal } = options;
  await takeTurn(holder, { limitMs, log, signal });
  // Its statements may take as long as they need: whether Postgres is still there, the turn tells.
  const client = await connect(stack, connecting);
  let lost: Error | undefined;
  stack.use(
    keepTurn(holder, why => {
      lost = why;
      // Under way, its statement ends with the connection.
      void client.end();
    }),
  );
  const session = await openMigrationSession(client);
  for (const step of [...OUR_STEPS, ...extra, VIEWS])
    await applyStep(session, step, options, () => lost);
};

/** Without any setting that a pooler would have to pass on. */
const connect = async (stack: Disposables, settings: pg.ClientConfig): Promise<pg.Client> => {
  const client = new pg.Client({
    ...settings,
    application_name: 'seam-reconciler migrate',
    keepAlive: true,
  });
  // Unheard, a lost connection would end the process before the rejected query could say why.
  client.on('error', () => undefined);
  await client.connect();
  stack.defer(() => client.end());
  return client;
};

const applyStep = async (
  session: MigrationSession,
  { of, apply }: MigrationStep,
  { log, maxTries = MAX_TRIES, signal }: Options,
  lost: () => Error | undefined,
): Promise<void> => {
  for (let tries = 1; ; tries++) {
    signal?.throwIfAborted();
    try {
      await apply(session, log);
      return;
    } catch (error) {
      const cause = lost() ?? error;
      if (!isLockTrouble(cause) || tries >= maxTries) throw new MigrationError(of, cause);
      log?.warn({ of, tries }, 'a table to migrate is in use; trying again');
    }
    await pause(PAUSE_MS, signal);
  }
};

const journal = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) });

/**
 * Tells whether the database has all of this version's migrations (a newer one's is fine: old and
 * new versions run side by side during a deployment).
 *
 * @throws whatever the connection throws
 */
export const isMigrated = async (pool: pg.Pool): Promise<boolean> => {
  const { entries } = journal.parse(
    JSON.parse(readFileSync(`${FOLDER}/meta/_journal.json`, 'utf8')),
  );
  const newest = Math.max(...entries.map(entry => entry.when));
  const { rows } = await pool.query('select to_regclass($1) is not null as exists', [LEDGER]);
  return rows[0]?.exists === true && (await newestApplied(pool)) >= newest;
};
