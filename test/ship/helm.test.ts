import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { createProgram } from '../../src/cli/program.ts';
import { CHART, HELM, helm, LEAST, type Rendered, render } from '../fixtures/helm.ts';
import { environmentOf, MODELS, podsOf } from '../fixtures/manifests.ts';
import { settingNamesOf } from '../fixtures/setting-names.ts';

/* The chart, rendered by Helm itself, and what it renders held against Kubernetes' own schemas. */

const ROOT = path.join(import.meta.dirname, '../..');

/** All that can be switched on, at once; by KEDA where `by` says so. */
const EVERYTHING = {
  'ingress.enabled': 'true',
  'ingress.host': 'locks.example.com',
  'ingress.className': 'nginx',
  'ingress.tlsSecret': 'tls',
  'serve.autoscaling.enabled': 'true',
  'work.autoscaling.enabled': 'true',
  'metrics.serviceMonitor.enabled': 'true',
  'metrics.rules.enabled': 'true',
  'migrate.existingSecret': 'seam-reconciler-migrate',
  'settings.USERS_TABLE': 'app.users',
  'settings.BACKFILL_EVERY_MINUTES': '5',
  'podLabels.team': 'locks',
  'image.digest': `sha256:${'0'.repeat(64)}`,
  'networkPolicy.from.metrics[0].namespaceSelector.matchLabels.name': 'monitoring',
};
const VARIANTS = {
  'as little as must be set': {},
  everything: EVERYTHING,
  'by KEDA': {
    ...EVERYTHING,
    'work.autoscaling.by': 'keda',
    'work.autoscaling.prometheusUrl': 'http://prometheus.monitoring:9090',
  },
  'neither console nor metrics nor policies': {
    'console.enabled': 'false',
    'console.url': '',
    'metrics.enabled': 'false',
    'networkPolicy.enabled': 'false',
    'podDisruptionBudget.enabled': 'false',
    'migrate.enabled': 'false',
    'serviceAccount.create': 'false',
  },
} as const;

describe.skipIf(HELM === undefined)('the chart', () => {
  const rendered = new Map<string, Rendered[]>();
  let folder: string;
  beforeAll(async () => {
    for (const [name, values] of Object.entries(VARIANTS)) rendered.set(name, render(values));
    folder = await mkdtemp(path.join(ROOT, 'node_modules/.cache/manifests-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const of = (variant: keyof typeof VARIANTS): Rendered[] => rendered.get(variant) ?? [];
  const all = (): Rendered[] => [...rendered.values()].flat();

  test('lint finds nothing', () => {
    expect(helm('lint', LEAST)).toContain('0 chart(s) failed');
  });

  test('what it renders is what Kubernetes takes, value by value', () => {
    expect(new Set(all().map(({ kind }) => kind))).toEqual(new Set(Object.keys(MODELS)));
    for (const object of all()) {
      const Model = MODELS[object.kind];
      expect(Model, object.kind).toBeDefined();
      expect(Model?.apiVersion).toBe(object.apiVersion);
      expect(() => Model?.validate(object), `${object.kind} ${object.metadata.name}`).not.toThrow();
    }
  });

  test('and has no field that Kubernetes doesn’t know', async () => {
    const lines = all().map(({ apiVersion: _a, kind, ...object }, at) => {
      const from = MODELS[kind]?.from;
      return `import { ${kind} as K${at} } from '${from}';\nexport const o${at}: ConstructorParameters<typeof K${at}>[0] = ${JSON.stringify(object)};`;
    });
    await writeFile(path.join(folder, 'objects.ts'), lines.join('\n'));
    await writeFile(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: path.join(ROOT, 'tsconfig.json'),
        compilerOptions: { skipLibCheck: true, exactOptionalPropertyTypes: false },
        include: ['objects.ts'],
      }),
    );
    const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
    const { stdout } = await promisify(execFile)(tsc, ['-p', folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });

  test('no pod has a right that it doesn’t need, and no secret is in what is rendered', () => {
    expect(all().filter(({ kind }) => kind === 'Secret')).toEqual([]);
    for (const { pod, containers } of all().flatMap(podsOf)) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const container of containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });

  test('what it starts are commands, and what it sets are settings', () => {
    const commands = createProgram(() => async () => undefined).commands.map(each => each.name());
    const settings = settingNamesOf();
    for (const { containers } of all().flatMap(podsOf)) {
      for (const container of containers) {
        expect(commands).toContain(container.args[0]);
        for (const name of Object.keys(environmentOf(container))) expect(settings).toContain(name);
      }
    }
  });

  test('what differs with the values differs', () => {
    const kinds = (variant: keyof typeof VARIANTS) =>
      of(variant).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(kinds('everything')).toContain('HorizontalPodAutoscaler locks-seam-reconciler-work');
    expect(kinds('by KEDA')).toContain('ScaledObject locks-seam-reconciler-work');
    expect(kinds('by KEDA')).not.toContain('HorizontalPodAutoscaler locks-seam-reconciler-work');
    expect(kinds('neither console nor metrics nor policies').toSorted()).toEqual([
      'Deployment locks-seam-reconciler-serve',
      'Deployment locks-seam-reconciler-work',
      'Service locks-seam-reconciler',
    ]);
    const [serve] = of('neither console nor metrics nor policies').flatMap(podsOf);
    expect(environmentOf(serve?.containers[0])).toMatchObject({ CONSOLE: 'off' });
    expect(environmentOf(serve?.containers[0])).not.toHaveProperty('METRICS_PORT');
  });

  test('the alerts are those of deploy/prometheus', async () => {
    const [rule] = of('everything').filter(({ kind }) => kind === 'PrometheusRule');
    const file = path.join(ROOT, 'deploy/prometheus/rules.yml');
    expect(rule?.spec).toEqual(parse(await readFile(file, 'utf8')));
  });

  test.each([
    [{ 'image.repository': '' }, /image\/repository.*minLength/],
    [{ 'secrets.existingSecret': '' }, /existingSecret.*minLength/],
    [{ 'console.url': '' }, /console\/url.*minLength/],
    [{ 'console.url': 'http://support.example.com' }, /console\/url/],
    [{ 'serve.replica': '3' }, /additional properties 'replica' not allowed/],
    [{ 'work.autoscaling.by': 'memory' }, /must be one of 'external-metric', 'keda'/],
    [
      { 'work.autoscaling.enabled': 'true', 'work.autoscaling.by': 'keda' },
      /prometheusUrl must be set/,
    ],
    [{ 'ingress.enabled': 'true' }, /ingress\/host.*minLength/],
  ])('%j is refused, by name', (values, words) => {
    expect(() => render(values)).toThrow(words);
  });

  test('its version is the program’s', async () => {
    const chart = parse(await readFile(path.join(CHART, 'Chart.yaml'), 'utf8'));
    expect(chart.appVersion).toBe(packageJson.version);
  });

  test('the plain manifests are what it renders (npm run manifests)', async () => {
    const file = path.join(ROOT, 'deploy/kubernetes/seam-reconciler.yaml');
    const plain = parseAllDocuments(await readFile(file, 'utf8')).map(each => each.toJS());
    const { manifests } = createRequire(import.meta.url)('../../scripts/manifests.cjs') as {
      manifests: () => string;
    };
    expect(plain.filter(object => object !== null)).toEqual(
      parseAllDocuments(manifests()).map(each => each.toJS()),
    );
  });
});
