import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { silentLog, withDatabase } from './settings.ts';

export type TestDatabase = Database & Readonly<{ url: string }>;

const onServer = async (sql: string): Promise<void> => {
  const client = new pg.Client(inject('postgresUrl'));
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};

/**
 * A migrated database of one's own, dropped with everything in it at the end.
 *
 * @param template `template0` for an empty one
 */
export const createTestDatabase = async (
  template: 'template_reconciler' | 'template0' = 'template_reconciler',
): Promise<TestDatabase> => {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name} template ${template}`);
  const url = withDatabase(inject('postgresUrl'), name);
  const database = openDatabase({ url, name: 'test', max: 10, log: silentLog });
  return {
    ...database,
    url,
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]();
      await onServer(`drop database ${name} with (force)`);
    },
  };
};
