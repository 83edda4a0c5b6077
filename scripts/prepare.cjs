// Runs before `npm start`, `npm test`, … and installs what is missing. Plain JavaScript with no
// dependencies: it must run on whatever Node is here (20 or newer), before anything is installed.
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { installHelm } = require('./helm.cjs');
const { installNodes } = require('./nodes.cjs');

const ROOT = join(__dirname, '..');
const MODULES = join(ROOT, 'node_modules');
/** Holds the hash of the lockfile that was installed, so that a changed one is installed anew. */
const STAMP = join(MODULES, '.seam-reconciler-installed');

const tell = text => process.stderr.write(`${text}\n`);

/** Resolves to whether it ended well. */
const run = (command, args) =>
  new Promise(resolve => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    child.on('error', error => {
      tell(`${command}: ${error.message}`);
      resolve(false);
    });
    child.on('close', code => resolve(code === 0));
  });

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');

const isInstalled = () =>
  existsSync(join(MODULES, '.bin', 'node')) &&
  existsSync(STAMP) &&
  readFileSync(STAMP, 'utf8') === lockHash();

const installModules = async () => {
  if (isInstalled()) return;
  tell('Installing the npm packages (among them Node 24 and PostgreSQL; about a minute) …');
  // With the dev packages also under NODE_ENV=production: Node 24 itself is one of them.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  if (!(await run('npm', args))) {
    tell('npm ci failed; see above.');
    process.exitCode = 1;
    return;
  }
  writeFileSync(STAMP, lockHash());
  tell('Installed.');
};

const has = program => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

const mayUseApt = () => process.getuid?.() === 0 && has('apt-get');

/** Debian's or Ubuntu's package, where we may; quickly when the lists of packages are up to date. */
const aptInstall = async name => {
  if (!mayUseApt()) return;
  tell(`Installing ${name} with apt-get …`);
  const install = () => run('apt-get', ['install', '-y', '--no-install-recommends', name]);
  if (!(await install()) && (await run('apt-get', ['update']))) await install();
};

/** As far as the lists of packages are here. */
const isKnownToApt = name =>
  spawnSync('apt-cache', ['show', name], { stdio: 'ignore' }).status === 0;

const warnLoudly = lines => tell(['', ...lines.map(line => `*** ${line}`), ''].join('\n'));

/** The tests start a Redis of their own. Without the program, the suites that need it are left out. */
const installRedis = async () => {
  if (has('redis-server')) return;
  await aptInstall('redis-server');
  if (has('redis-server')) return;
  warnLoudly([
    'redis-server is not here and could not be installed (that takes root on Debian or Ubuntu).',
    'The suites that need Redis will be LEFT OUT.',
  ]);
};

/** Debian puts it where not everybody looks. */
const hasPgBouncer = () => has('pgbouncer') || has('/usr/sbin/pgbouncer');

/** The tests start one in front of their PostgreSQL. */
const installPgBouncer = async () => {
  if (hasPgBouncer()) return;
  await aptInstall('pgbouncer');
  if (hasPgBouncer()) return;
  warnLoudly([
    'pgbouncer is not here and could not be installed (that takes root on Debian or Ubuntu).',
    'The tests behind a pooler will be LEFT OUT.',
  ]);
};

/** The rules in deploy/prometheus are tried by its promtool, the dashboard's queries by Prometheus itself. */
const installPrometheus = async () => {
  if (has('prometheus') && has('promtool')) return;
  await aptInstall('prometheus');
  if (has('prometheus') && has('promtool')) return;
  warnLoudly([
    'prometheus is not here and could not be installed (that takes root on Debian or Ubuntu).',
    'The tests of its rules and of the dashboard’s queries will be LEFT OUT.',
  ]);
};

/** As test/fixtures/debian-postgres.ts looks for it: the one from npm comes without pg_dump. */
const hasPostgres = () =>
  [18, 17, 16, 15].some(version => has(`/usr/lib/postgresql/${version}/bin/pg_dump`));

/** A backup is made and restored with its programs. */
const installPostgres = async () => {
  if (hasPostgres()) return;
  await aptInstall('postgresql');
  if (hasPostgres()) return;
  warnLoudly([
    'PostgreSQL with pg_dump is not here and could not be installed (that takes root on Debian or Ubuntu).',
    'The test that restores a backup will be LEFT OUT.',
  ]);
};

/** As test/fixtures/chromium.ts looks for it. */
const HEADLESS = '/usr/bin/chromium-headless-shell';
const hasChromium = () =>
  [process.env.CHROMIUM, HEADLESS, '/usr/bin/chromium', '/usr/bin/google-chrome'].some(
    file => file !== undefined && existsSync(file),
  );

/**
 * The tests look at the console in a real browser. Without one, those are left out. Debian also has it without all
 * that draws windows, which takes half the time.
 */
const installChromium = async () => {
  if (process.env.CHROMIUM !== undefined || existsSync(HEADLESS)) return;
  if (!hasChromium() && mayUseApt() && !isKnownToApt('chromium')) await run('apt-get', ['update']);
  if (isKnownToApt('chromium-headless-shell')) await aptInstall('chromium-headless-shell');
  if (hasChromium()) return;
  await aptInstall('chromium');
  if (hasChromium()) return;
  warnLoudly([
    'Chromium is not here and could not be installed (that takes root on Debian).',
    'The tests in a browser will be LEFT OUT. CHROMIUM names one that is elsewhere.',
  ]);
};

/** Without it the bench sends with a load generator from npm, which takes more CPU than answering does. */
const installWrk = async () => {
  if (!hasWrk()) await aptInstall('wrk');
  if (!hasWrk()) warnLoudly(['wrk is not here: the load is sent by autocannon, which is heavier.']);
};

/** It knows no `--version` that ends with 0. */
const hasWrk = () => spawnSync('wrk', ['--version'], { stdio: 'ignore' }).error === undefined;

/** The tests of the chart in deploy/helm render it. */
const tryHelm = () => {
  try {
    installHelm();
  } catch (error) {
    warnLoudly([
      `Helm is not here and could not be installed: ${error.message}.`,
      'The tests of the chart will be LEFT OUT.',
    ]);
  }
};

/** The package is tried with the oldest and the newest Node that it is for. */
const tryNodes = () => {
  try {
    installNodes();
  } catch (error) {
    warnLoudly([
      `Node 22 or 26 is not here and could not be installed: ${error.message}.`,
      'The tests of the package with it will be LEFT OUT.',
    ]);
  }
};

const installPrograms = async () => {
  if (process.argv.includes('--with-redis')) await installRedis();
  if (process.argv.includes('--with-pgbouncer')) await installPgBouncer();
  if (process.argv.includes('--with-chromium')) await installChromium();
  if (process.argv.includes('--with-prometheus')) await installPrometheus();
  if (process.argv.includes('--with-pg-dump')) await installPostgres();
  if (process.argv.includes('--with-wrk')) await installWrk();
};

// At once: both wait for the network most of the time. What npm brings goes among the modules.
void Promise.all([installModules(), installPrograms()]).then(() => {
  if (process.argv.includes('--with-helm')) tryHelm();
  if (process.argv.includes('--with-nodes')) tryNodes();
});
