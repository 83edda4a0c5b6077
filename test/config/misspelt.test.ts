import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SETTING_NAMES } from '../../src/config/config.ts';
import { misspeltSettings, slipsBetween, tellMisspelt } from '../../src/config/misspelt.ts';
import { fileSettingOf, SECRET_NAMES } from '../../src/config/secret-files.ts';

const told = (env: Readonly<Record<string, string>>) => misspeltSettings(env).map(tellMisspelt);

test.each([
  ['DATABSE_URL', 'DATABASE_URL'],
  ['DATABASE_ULR', 'DATABASE_URL'],
  ['database_url', 'DATABASE_URL'],
  ['DATABASEURL', 'DATABASE_URL'],
  ['DATABASE-URL', 'DATABASE_URL'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['DATABASE_URL_FIEL', 'DATABASE_URL_FILE'],
  ['SEAM_APIKEY_FILE', 'SEAM_API_KEY_FILE'],
  ['SEAM_WEBHOOK_SECRETS', 'SEAM_WEBHOOK_SECRET'],
  ['WEBHOOK_SECRET', 'SEAM_WEBHOOK_SECRET'],
  ['API_KEY_FILE', 'SEAM_API_KEY_FILE'],
  ['SEAM_DATABASE_URL', 'DATABASE_URL'],
  ['RECONCILER_LOG_LEVEL', 'LOG_LEVEL'],
  ['SEAM_RECONCILER_WORKER_CONCURRENCY', 'WORKER_CONCURRENCY'],
  ['BACKFILL_EVERY_MINUTE', 'BACKFILL_EVERY_MINUTES'],
  ['LOG_LEVEL_FILE', 'LOG_LEVEL'],
])('%s is told: %s was meant', (name, meant) => {
  expect(told({ [name]: 'hunter2' })).toEqual([`${name} is not a setting; did you mean ${meant}?`]);
});

test('what belongs to others is not told of', () => {
  const theirs = [
    ...['PATH', 'HOME', 'HOSTNAME', 'POST', 'SPORT', 'LANG', 'NODE_ENV', 'NODE_OPTIONS', 'TZ'],
    ...['PGHOST', 'PGPORT', 'PGDATABASE', 'POSTGRES_PASSWORD', 'NODE_EXTRA_CA_CERTS'],
    ...['REDIS_HOST', 'REDIS_PORT', 'REDIS_PASSWORD', 'REDIS_TLS_URL', 'TEST_DATABASE_URL'],
    ...['DATABASE_HOST', 'DATABASE_SSL', 'DATABASE_USER', 'DATABASE_NAME', 'PORT_FILE'],
    ...['SEAM_RECONCILER_PORT', 'SEAM_RECONCILER_SERVICE_HOST', 'KUBERNETES_PORT'],
    ...['OTEL_EXPORTER_OTLP_ENDPOINT', 'npm_config_registry', 'GIT_AUTHOR_NAME', 'TERM'],
  ];
  expect(told(Object.fromEntries(theirs.map(name => [name, 'x'])))).toEqual([]);
});

test('nor of what is empty, of addresses that Kubernetes adds, or of what is like a setting that is given', () => {
  expect(told({ DATABSE_URL: '', SEAM_RECONCILER_CONSOLE_PORT: 'tcp://10.0.0.7:80' })).toEqual([]);
  expect(told({ DATABASE_URI: 'theirs', DATABASE_URL: 'ours' })).toEqual([]);
  expect(told({ DATABASE_URI: 'theirs', DATABASE_URL_FILE: '/run/url' })).toEqual([]);
});

test('no setting is taken for a misspelt one, alone or with all the others', () => {
  const names = [...SETTING_NAMES, ...SECRET_NAMES.map(fileSettingOf)];
  for (const name of names) expect(told({ [name]: 'x' })).toEqual([]);
  expect(told(Object.fromEntries(names.map(name => [name, 'x'])))).toEqual([]);
});

test('any slip in any name is told of, and none of its value', () => {
  const long = SETTING_NAMES.filter(name => name.length >= 6);
  fc.assert(
    fc.property(fc.constantFrom(...long), fc.nat(), (name, seed) => {
      const at = 1 + (seed % (name.length - 2));
      const slipped = `${name.slice(0, at)}${name.slice(at + 1)}`;
      fc.pre(!SETTING_NAMES.includes(slipped) && slipped !== name);
      const [first] = told({ [slipped]: 'hunter2' });
      expect(first).toMatch(new RegExp(`^${slipped} is not a setting; did you mean [A-Z_]+\\?$`));
    }),
  );
});

test('a slip is a letter left out, added or wrong, or two in the wrong order', () => {
  expect(slipsBetween('abcd', 'abcd')).toBe(0);
  for (const other of ['abd', 'abxcd', 'abxd', 'abdc']) expect(slipsBetween('abcd', other)).toBe(1);
  expect(slipsBetween('', 'abc')).toBe(3);
  expect(slipsBetween('abcd', 'badc')).toBe(2);
});
