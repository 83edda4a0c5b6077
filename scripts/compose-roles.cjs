// What docker-compose.yml runs after each migration: makes the role that `web` and `worker` sign in as, which owns
// nothing and can't change what the audit log says, and gives it what `grants` prints. Again does no harm. Plain
// JavaScript, with pg alone.
'use strict';
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const pg = require('pg');

const MAIN = join(__dirname, '..', 'src', 'main.ts');
const roleOf = url => decodeURIComponent(new URL(url).username);

/**
 * What `grants` goes by. Nothing else of .env: a secret that is a file may be given to `web` and `worker` alone, and
 * would be told of as a fault here.
 */
const SETTINGS = /^(?:PATH|NODE_ENV|REDIS_URL(?:_FILE)?|USERS_\w+)$/;
const ownSettings = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => SETTINGS.test(name)));

/** The statements that `grants` prints for these two. */
const grantsFor = (ownerUrl, runUrl) =>
  execFileSync(
    process.execPath,
    [MAIN, 'grants', '--migrate-role', roleOf(ownerUrl), '--run-role', roleOf(runUrl)],
    {
      encoding: 'utf8',
      env: { ...ownSettings(), DATABASE_URL: ownerUrl },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );

/**
 * All or nothing: what runs meanwhile never has less than it needs. Where nothing of ours is in the database, its
 * services were given another one: then there is nothing to be done here, and nothing that keeps them from starting.
 *
 * @param ownerUrl as who migrates signs in
 * @param runUrl as `web` and `worker` do: its name and password are what the role gets
 * @returns whether the role was made
 */
const makeRunRole = async (ownerUrl, runUrl) => {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query(`select to_regnamespace('reconciler') as ours`);
    if (rows[0].ours === null) return false;
    const statements = grantsFor(ownerUrl, runUrl);
    const role = client.escapeIdentifier(roleOf(runUrl));
    const password = client.escapeLiteral(decodeURIComponent(new URL(runUrl).password));
    await client.query('begin');
    // Two that start at once.
    await client.query(`select pg_advisory_xact_lock(hashtext('seam-reconciler run role'))`);
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [
      roleOf(runUrl),
    ]);
    if (rowCount === 0) await client.query(`create role ${role}`);
    await client.query(`alter role ${role} login password ${password}`);
    await client.query(statements);
    await client.query('commit');
    return true;
  } finally {
    await client.end();
  }
};

module.exports = { makeRunRole };

if (require.main === module) {
  const [, , ownerFile, runFile] = process.argv;
  const read = file => readFileSync(file, 'utf8');
  makeRunRole(read(ownerFile), read(runFile)).then(
    isMade => {
      if (!isMade) console.error('No role was made: this database isn’t the one that is used.');
    },
    error => {
      console.error(`The role that runs wasn't made: ${error.message}`);
      process.exitCode = 1;
    },
  );
}
