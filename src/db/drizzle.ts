import { createRequire } from 'node:module';

/**
 * Drizzle, the one place where it is loaded: as CommonJS. Its ES modules export each other in circles,
 * which costs Node 230 MB and over half a second at every start (seen with drizzle-orm 0.45 on Node 24).
 */
const require = createRequire(import.meta.url);
const core = require('drizzle-orm') as typeof import('drizzle-orm');
const pgCore = require('drizzle-orm/pg-core') as typeof import('drizzle-orm/pg-core');
const driver = require('drizzle-orm/node-postgres') as typeof import('drizzle-orm/node-postgres');
const migrator = require('drizzle-orm/migrator') as typeof import('drizzle-orm/migrator');

export type { SQL } from 'drizzle-orm';
export type { NodePgDatabase } from 'drizzle-orm/node-postgres';

export const {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  or,
  sql,
} = core;
export const { drizzle } = driver;
export const { readMigrationFiles } = migrator;
export const {
  bigint,
  boolean,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} = pgCore;
