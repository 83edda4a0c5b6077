// What a production consists of, and what is known against it. `.ci/run` calls it. Writes sbom.cdx.json (CycloneDX: each
// package with its version, licence and SHA-512), and asks the registry for advisories. Plain JavaScript with no
// dependencies: it reads the lock file only, so nothing need be installed.
'use strict';
const { spawnSync } = require('node:child_process');
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');
const SBOM = 'sbom.cdx.json';

const tell = text => process.stderr.write(`${text}\n`);

const npm = (...args) => {
  const { stdout, error } = spawnSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  if (error) tell(`npm ${args[0]}: ${error.message}`);
  return stdout ?? '';
};

/** "name@version" of what the Dockerfile installs: no dev packages, nothing optional. */
const productionOf = lock =>
  Object.entries(lock.packages)
    .filter(([place, entry]) => place !== '' && !entry.link)
    .filter(([, { dev, optional, devOptional }]) => !dev && !optional && !devOptional)
    .map(
      ([place, { name, version }]) =>
        `${name ?? place.slice(place.lastIndexOf('node_modules/') + 13)}@${version}`,
    );

/**
 * Only what a production consists of, of a list of all packages. `npm sbom --omit dev` would leave out half of it:
 * whatever a dev package needs as well.
 *
 * @throws Error where the list lacks one
 */
const onlyProduction = (sbom, name, lock) => {
  const wanted = new Set(productionOf(lock));
  const idOf = component => `${component.name}@${component.version}`;
  const components = sbom.components.filter(component => wanted.has(idOf(component)));
  const found = new Set(components.map(idOf));
  const missing = [...wanted].filter(id => !found.has(id));
  if (missing.length > 0) throw new Error(`The list of packages lacks ${missing.join(', ')}.`);
  const root = sbom.metadata.component;
  const refs = new Set([root['bom-ref'], ...components.map(component => component['bom-ref'])]);
  return {
    ...sbom,
    // npm calls it after its folder.
    metadata: { ...sbom.metadata, component: { ...root, name, type: 'application' } },
    components,
    dependencies: sbom.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(to => refs.has(to)) })),
  };
};

const parse = text => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/**
 * What the answer of `npm audit --json` comes to. What is serious and can be mended stops the change; whatever else is
 * known is told: nobody could do anything about it here.
 *
 * @returns {{ notChecked: string } | { stops: string[], told: string[] }}
 */
const verdictOn = answer => {
  const report = parse(answer);
  if (!report?.vulnerabilities) return { notChecked: report?.message ?? 'npm gave no answer' };
  const found = Object.values(report.vulnerabilities).map(
    ({ name, severity, range, fixAvailable }) => ({
      stops: ['high', 'critical'].includes(severity) && fixAvailable !== false,
      line: `${severity}: ${name} ${range}${fixAvailable === false ? ' (no fix yet)' : ''}`,
    }),
  );
  const lines = stops => found.filter(each => each.stops === stops).map(({ line }) => line);
  return { stops: lines(true), told: lines(false) };
};

const main = () => {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const all = parse(npm('sbom', '--sbom-format=cyclonedx', '--package-lock-only'));
  if (all === null)
    throw new Error('npm sbom wrote no list of packages; it takes npm 10 or newer.');
  const sbom = onlyProduction(all, lock.name, lock);
  writeFileSync(join(ROOT, SBOM), `${JSON.stringify(sbom, null, 2)}\n`);
  tell(`${SBOM}: ${sbom.components.length} packages in production.`);

  // Once, and not for long: where there is no registry that tells of advisories, the rest goes on.
  const quickly = ['--fetch-retries=0', '--fetch-timeout=15000'];
  const verdict = verdictOn(npm('audit', '--json', '--omit=dev', '--omit=optional', ...quickly));
  if ('notChecked' in verdict) return tell(`Advisories not checked: ${verdict.notChecked}.`);
  for (const line of [...verdict.stops, ...verdict.told]) tell(`Advisory, ${line}`);
  if (verdict.stops.length > 0) throw new Error('Serious, and there is a fix: update these first.');
  tell(`Advisories checked: ${verdict.told.length} known, none that is serious and has a fix.`);
};

module.exports = { onlyProduction, productionOf, verdictOn };

if (require.main === module) main();
