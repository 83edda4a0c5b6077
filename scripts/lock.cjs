// `npm run lock`, after a change of package.json: brings package-lock.json up to date and makes it whole.
// Our lock file has no addresses (.npmrc), so that it holds wherever packages come from. npm leaves the integrity
// of packages out when it makes such a file from a node_modules that it has no record of (one that was copied, say),
// and `npm ci` then checks nothing. Plain JavaScript with no dependencies: it runs before anything is installed.
'use strict';
const { spawnSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');
const LOCK = join(ROOT, 'package-lock.json');
const PREFIX = 'node_modules/';

const tell = text => process.stderr.write(`${text}\n`);
const readJson = file => JSON.parse(readFileSync(file, 'utf8'));
const writeJson = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

const npm = (cwd, ...args) => {
  const { status, error } = spawnSync('npm', args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (error) tell(`npm: ${error.message}`);
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed; see above.`);
};

/** Only resolves: nothing is installed, and no script of a package runs. */
const resolvePackages = (cwd, ...args) =>
  npm(cwd, 'install', '--package-lock-only', '--ignore-scripts', '--loglevel=error', ...args);

/** "name@version" of an entry; an alias has the real name inside. */
const idOf = (place, { name, version }) =>
  `${name ?? place.slice(place.lastIndexOf(PREFIX) + PREFIX.length)}@${version}`;

/** All but the project itself and links to folders. */
const packagesOf = lock =>
  Object.entries(lock.packages).filter(([place, entry]) => place !== '' && !entry.link);

/**
 * The registry's integrity of each "name@version", through npm itself: a throwaway project depends on all of them,
 * each under an alias, because several versions of one package may be wanted. Optional, since many are for other
 * platforms than this one.
 */
const askRegistry = ids => {
  const folder = mkdtempSync(join(tmpdir(), 'seam-reconciler-lock-'));
  try {
    const optionalDependencies = Object.fromEntries(ids.map((id, i) => [`p${i}`, `npm:${id}`]));
    writeJson(join(folder, 'package.json'), { private: true, optionalDependencies });
    resolvePackages(folder, '--legacy-peer-deps');
    const { packages } = readJson(join(folder, 'package-lock.json'));
    return new Map(ids.map((id, i) => [id, packages[`${PREFIX}p${i}`]?.integrity]));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** As npm itself would write it: `integrity` after `version`, and no `resolved`. */
const withIntegrity = ({ name, version, resolved: _, integrity: __, ...rest }, integrity) => ({
  ...(name === undefined ? {} : { name }),
  version,
  integrity,
  ...rest,
});

const main = () => {
  if (Number.parseInt(process.versions.node, 10) < 24)
    throw new Error(
      'This takes Node 24 (npm ci brings it): older ones make npm choose older packages.',
    );
  resolvePackages(ROOT);

  const lock = readJson(LOCK);
  const missing = packagesOf(lock).filter(([, entry]) => entry.integrity === undefined);
  const ids = [...new Set(missing.map(([place, entry]) => idOf(place, entry)))];
  const found = ids.length === 0 ? new Map() : askRegistry(ids);
  for (const [place, entry] of packagesOf(lock)) {
    const integrity = entry.integrity ?? found.get(idOf(place, entry));
    if (integrity === undefined) throw new Error(`The registry has no integrity of ${place}.`);
    lock.packages[place] = withIntegrity(entry, integrity);
  }
  writeJson(LOCK, lock);
  tell(`package-lock.json is whole: ${packagesOf(lock).length} packages.`);
};

main();
