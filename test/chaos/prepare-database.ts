import pg from 'pg';
import { run } from '../fixtures/processes.ts';
import type { Settings } from './rig.ts';

const MIGRATE_ROLE = 'reconciler_migrate';
const RUN_ROLE = 'reconciler_run';
const PASSWORD = 'of-the-chaos';

const asRole = (url: string, role: string): string => {
  const changed = new URL(url);
  changed.username = role;
  changed.password = PASSWORD;
  return changed.href;
};

/**
 * Migrates as one role, and grants to another one what "grants" prints: all that then runs owns nothing and can't
 * change the audit log.
 *
 * @param url of whoever owns the database
 * @returns the URL that everything runs with
 */
export const prepareDatabase = async (url: string, settings: Settings): Promise<string> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const role of [MIGRATE_ROLE, RUN_ROLE]) {
      await client.query(`create role ${role} login password '${PASSWORD}'`);
    }
    await client.query(`grant create on database postgres to ${MIGRATE_ROLE}`);
    await command(['migrate'], { ...settings, DATABASE_URL: asRole(url, MIGRATE_ROLE) });
    const statements = await command(
      ['grants', '--migrate-role', MIGRATE_ROLE, '--run-role', RUN_ROLE],
      { ...settings, DATABASE_URL: url },
    );
    await client.query(statements);
  } finally {
    await client.end();
  }
  return asRole(url, RUN_ROLE);
};

const command = async (args: readonly string[], env: Settings): Promise<string> => {
  const { code, stdout, stderr } = await run(args, env);
  if (code !== 0) throw new Error(`${args[0]} failed: ${stderr}`);
  return stdout;
};
