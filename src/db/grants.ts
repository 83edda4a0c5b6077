import { escapeIdentifier } from 'pg';
import { FUNCTION_NAMES, GRANTED_FUNCTIONS } from './functions.ts';
import { PUBLIC_SCHEMA } from './public-views.ts';
import type { Needs } from './rights.ts';

/** Who does what, and where. */
export type Grants = Readonly<{
  database: string;
  /** That of `serve`, `work` and all commands but `migrate`. */
  runRole: string;
  /** That of `migrate`: what it makes is its own. */
  migrateRole: string;
  /** Whether BullMQ's queue lives in Postgres, too. */
  isQueueInPostgres: boolean;
  /** The app's own table of users, where it isn't the built-in one: read, and nothing else. */
  usersTable: Readonly<{ schema: string | null; table: string }> | null;
}>;

/** Tables of which the role that runs can add rows, and change none. */
const APPEND_ONLY = ['audit_log'];
/** That somebody was erased is not hidden: it is what lets a change in the audit log be rewritten (functions.ts). */
const NEVER_REMOVED = ['erasures'];
const READ_ONLY = ['migrations'];
/** Whose rows are the app's to write, where it uses the built-in one. */
const READ_BY_US = ['users'];

/** What `serve`, `work` and all commands need of our schema: what is granted, and no less. */
export const NEEDED: Needs = {
  schema: 'reconciler',
  tables: null,
  privileges: ['select', 'insert', 'update', 'delete'],
  except: [
    ...APPEND_ONLY.flatMap(table => [`update on ${table}`, `delete on ${table}`]),
    ...NEVER_REMOVED.map(table => `delete on ${table}`),
    ...[...READ_ONLY, ...READ_BY_US].flatMap(table => [
      `insert on ${table}`,
      `update on ${table}`,
      `delete on ${table}`,
    ]),
  ],
  functions: FUNCTION_NAMES,
};

/** What a webhook needs to be stored. */
export const NEEDED_TO_STORE: Needs = {
  schema: 'reconciler',
  tables: ['deliveries', 'uncounted', 'conflicting_deliveries'],
  privileges: ['select', 'insert'],
  except: ['select on uncounted'],
};

/** What a run needs to look and to record what came of it. Not more: another version's tables keep no worker from its work. */
export const NEEDED_TO_WORK: Needs = {
  schema: 'reconciler',
  tables: ['reconciliations', 'runs', 'links', 'connect_webviews', 'connected_accounts'],
  privileges: ['select', 'insert', 'update'],
};

/**
 * The statements that let one role migrate and another one run, with no more than each needs: the one that runs
 * owns nothing of ours, makes nothing (but BullMQ's sequences, where the queue is in Postgres), and can't change what the
 * audit log says, but for an erasure, which stays on record. To be carried out after `migrate`, by whoever owns the
 * database; again does no harm.
 */
export const grantStatements = (grants: Grants): string[] => {
  const { isQueueInPostgres, usersTable } = grants;
  const [database, run, migrate] = [grants.database, grants.runRole, grants.migrateRole].map(name =>
    escapeIdentifier(name),
  );
  const schemas = ['reconciler', ...(isQueueInPostgres ? ['bullmq'] : [])].join(', ');
  return [
    `grant connect, create on database ${database} to ${migrate}`,
    `grant connect on database ${database} to ${run}`,
    `grant usage on schema ${schemas} to ${run}`,
    // BullMQ makes a sequence for each queue, and we have one for each workspace.
    ...(isQueueInPostgres ? [`grant create on schema bullmq to ${run}`] : []),
    `grant select, insert, update, delete on all tables in schema ${schemas} to ${run}`,
    `grant usage, select on all sequences in schema ${schemas} to ${run}`,
    ...APPEND_ONLY.map(
      table => `revoke update, delete, truncate on reconciler.${table} from ${run}`,
    ),
    ...NEVER_REMOVED.map(table => `revoke delete, truncate on reconciler.${table} from ${run}`),
    ...READ_ONLY.map(table => `revoke insert, update, delete on reconciler.${table} from ${run}`),
    ...GRANTED_FUNCTIONS.map(name => `grant execute on function ${name} to ${run}`),
    // What later versions bring.
    `alter default privileges for role ${migrate} in schema ${schemas} grant select, insert, update, delete on tables to ${run}`,
    `alter default privileges for role ${migrate} in schema ${schemas} grant usage, select on sequences to ${run}`,
    ...(usersTable === null ? [] : readUsers(usersTable, run)),
  ];
};

/**
 * The statements that let the app's own role read the contract by SQL (public-views.ts), and nothing else of ours; also
 * the views that later versions bring. To be carried out after `migrate`; again does no harm. `listen` needs no grant.
 *
 * @param migrateRole whose the views are
 */
export const readerStatements = (readerRole: string, migrateRole: string): string[] => {
  const [reader, migrate] = [readerRole, migrateRole].map(name => escapeIdentifier(name));
  return [
    `grant usage on schema ${PUBLIC_SCHEMA} to ${reader}`,
    `grant select on all tables in schema ${PUBLIC_SCHEMA} to ${reader}`,
    // What later versions bring.
    `alter default privileges for role ${migrate} in schema ${PUBLIC_SCHEMA} grant select on tables to ${reader}`,
  ];
};

const readUsers = (
  { schema, table }: NonNullable<Grants['usersTable']>,
  run: string | undefined,
): string[] => {
  const name = escapeIdentifier(table);
  if (schema === null) return [`grant select on ${name} to ${run}`];
  return [
    `grant usage on schema ${escapeIdentifier(schema)} to ${run}`,
    `grant select on ${escapeIdentifier(schema)}.${name} to ${run}`,
  ];
};
