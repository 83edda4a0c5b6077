// The first thing that docker-compose.yml runs: makes the passwords of Postgres and Valkey on the first start, so that
// none is a default that everybody knows, and writes down what each container needs to read. Plain JavaScript with no
// dependencies.
'use strict';
const { randomBytes } = require('node:crypto');
const { readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

/** What a file holds; null where there is none yet. */
const read = file => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
};

/** For whoever has the volume: the containers run as different users. Never half written. */
const write = (file, text) => {
  // One that a killed start has left can't be written to again: not even root may, without root's rights.
  rmSync(`${file}.new`, { force: true });
  writeFileSync(`${file}.new`, text, { mode: 0o444 });
  renameSync(`${file}.new`, file);
};

/**
 * @param folder where the secrets are kept, of Postgres' owner, too
 * @param runFolder what `web` and `worker` read, and no more
 * @param given POSTGRES_PASSWORD, which counts where it is set: a database that exists has its password already
 */
const makeSecrets = (folder, runFolder, given) => {
  const at = name => join(folder, name);
  const made = name => read(at(name)) ?? randomBytes(32).toString('base64url');
  const postgres = given || made('postgres-password');
  const valkey = made('valkey-password');
  const run = made('run-password');
  const login = encodeURIComponent(postgres);
  write(at('postgres-password'), postgres);
  write(at('valkey-password'), valkey);
  write(at('valkey.conf'), `requirepass ${valkey}\n`);
  write(at('database-url'), `postgresql://reconciler:${login}@postgres:5432/reconciler`);
  write(at('run-password'), run);
  for (const each of [folder, runFolder]) {
    write(join(each, 'run-url'), `postgresql://reconciler_run:${run}@postgres:5432/reconciler`);
    write(join(each, 'redis-url'), `redis://:${valkey}@valkey:6379`);
  }
};

module.exports = { makeSecrets };

if (require.main === module) {
  makeSecrets(process.argv[2], process.argv[3], process.env.POSTGRES_PASSWORD);
}
