// `npm run build`: from src/ to dist/, what the package consists of. Node runs no TypeScript out of node_modules, and Node 22
// knows no `using`: so it is JavaScript, with the declarations that an app's compiler reads. `npm pack` calls it.
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '..');
const SRC = path.join(ROOT, 'src');
const DIST = path.join(ROOT, 'dist');
/** Whatever its declarations name, an app's compiler reads; the rest of ours it need not see. */
const ENTRY = path.join(DIST, 'library', 'index.d.ts');

const tell = text => process.stderr.write(`${text}\n`);

const filesIn = folder =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));

const compile = () => {
  const compiler = require.resolve('@typescript/native/package.json', { paths: [ROOT] });
  const tsc = path.join(path.dirname(compiler), 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
    stdio: ['ignore', process.stderr, 'inherit'],
  });
  if (status !== 0) throw new Error('TypeScript found faults; see above.');
};

/** What is read from the disk, beside the code: style sheets, and what runs in a browser. */
const copyAssets = () => {
  for (const file of filesIn(SRC).filter(each => !each.endsWith('.ts'))) {
    const copy = path.join(DIST, path.relative(SRC, file));
    fs.mkdirSync(path.dirname(copy), { recursive: true });
    fs.copyFileSync(file, copy);
  }
};

/** Of another of our files, in a declaration: `from './a.ts'`, `import('./a.ts')`, `import './a.ts'`. */
const OWN_SPECIFIER = /(\bfrom\s+|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/** The compiler rewrites specifiers in JavaScript alone. */
const pointToJavaScript = file => {
  const text = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, text.replace(OWN_SPECIFIER, '$1$2$3.js$2'));
};

const declarationsNamedBy = file =>
  [...fs.readFileSync(file, 'utf8').matchAll(/['"](\.{1,2}\/[^'"]+)\.js['"]/g)].map(([, to]) =>
    path.resolve(path.dirname(file), `${to}.d.ts`),
  );

const keepReachableDeclarations = () => {
  const declarations = filesIn(DIST).filter(file => file.endsWith('.d.ts'));
  for (const file of declarations) pointToJavaScript(file);
  const reached = new Set([ENTRY]);
  for (const file of reached) for (const named of declarationsNamedBy(file)) reached.add(named);
  for (const file of declarations) if (!reached.has(file)) fs.rmSync(file);
  return reached.size;
};

const git = (...args) => {
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
};

/** Null where this is no clone of ours (an export, say, in a folder of somebody's repository), or not what was committed. */
const commitOf = () => {
  const top = git('rev-parse', '--show-toplevel');
  if (top === null || fs.realpathSync(top) !== fs.realpathSync(ROOT)) return null;
  const changed = git('status', '--porcelain', '--', 'src', 'drizzle', 'package.json');
  if (changed !== '') {
    tell('Not all is committed: this build names no commit.');
    return null;
  }
  return git('rev-parse', 'HEAD');
};

const build = () => {
  fs.rmSync(DIST, { recursive: true, force: true });
  compile();
  copyAssets();
  const declarations = keepReachableDeclarations();
  fs.chmodSync(path.join(DIST, 'main.js'), 0o755);
  const commit = commitOf();
  if (commit !== null) fs.writeFileSync(path.join(DIST, 'COMMIT'), `${commit}\n`);
  tell(`dist/: ${filesIn(DIST).length} files, ${declarations} of them declarations.`);
};

build();
