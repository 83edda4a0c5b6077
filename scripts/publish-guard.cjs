// `npm publish` calls this first: a package goes out only from a clean checkout of its version's tag. Nobody sets that by
// accident.
'use strict';
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { version } = require('../package.json');

const ROOT = path.join(__dirname, '..');

const git = (...args) => {
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
};

const tags = git('tag', '--points-at', 'HEAD')?.split('\n') ?? [];
if (!tags.includes(`v${version}`) || git('status', '--porcelain') !== '') {
  process.stderr.write(
    `Not published: this is no clean checkout of the tag v${version} (CONTRIBUTING.md, "The package").\n`,
  );
  process.exitCode = 1;
}
