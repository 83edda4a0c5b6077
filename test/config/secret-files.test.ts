import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Config, ConfigError, parseConfig, readEnv } from '../../src/config/config.ts';
import { schema } from '../../src/config/schema.ts';
import { fileSettingOf, SECRET_NAMES } from '../../src/config/secret-files.ts';
import { faultsOf } from '../fixtures/config-faults.ts';
import { runHere } from '../fixtures/here.ts';
import { SECRET } from '../fixtures/settings.ts';

/* Every secret may be in a file that another setting names, as orchestrators hand them out. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'seam-reconciler-'));
});
afterAll(() => rm(folder, { recursive: true }));

const fileWith = async (text: string): Promise<string> => {
  const file = path.join(folder, `${crypto.randomUUID()}.txt`);
  await writeFile(file, text);
  return file;
};

const WORKSPACES = JSON.stringify([
  { workspace_id: 'ws', api_key: 'seam_key', webhook_secrets: [SECRET] },
]);
const COMPANY = {
  OIDC_ISSUER: 'https://login.example.com',
  OIDC_CLIENT_ID: 'reconciler',
  OIDC_ROLES: 'lock-support=support',
  CONSOLE_URL: 'https://support.example.com',
};

const ofChannel =
  (field: string) =>
  ({ alerts: { channels } }: Config): unknown =>
    String((channels[0] as unknown as Record<string, unknown> | undefined)?.[field]);

const pairsOf = (record: Readonly<Record<string, string>> = {}): string =>
  Object.entries(record)
    .map(([key, value]) => `${key}=${value}`)
    .join();

const COLLECTOR = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example:4318' };

/** A value of each secret, and where it arrives. One that is missing here fails the first test. */
const VALUES: Readonly<
  Record<string, readonly [value: string, read: (config: Config) => unknown]>
> = {
  DATABASE_URL: ['postgresql://app:p%20w@db/app', config => config.databaseUrl],
  MIGRATE_DATABASE_URL: ['postgresql://owner:p%20w@db/app', config => config.migrateDatabaseUrl],
  REDIS_URL: ['rediss://:pw@cache:6380/1', config => config.redisUrl],
  SEAM_API_KEY: ['seam_test_key', config => config.workspaces[0]?.apiKey],
  SEAM_WEBHOOK_SECRET: [SECRET, config => config.workspaces[0]?.webhookSecrets.join()],
  SEAM_PERSONAL_ACCESS_TOKEN: ['seam_at1_ada_long', config => config.personalAccessToken],
  SEAM_WORKSPACES: [WORKSPACES, config => config.workspaces[0]?.id && WORKSPACES],
  OIDC_CLIENT_SECRET: ['hunter2', config => config.openIdConnect?.clientSecret],
  ENDPOINT_SECRETS_KEY: ['k'.repeat(32), config => config.endpointSecretsKeys.join()],
  ALERT_SLACK_URL: ['https://hooks.example.com/T/B/x', ofChannel('url')],
  SMTP_URL: ['smtps://us%20er:pw@mail.example.com', ofChannel('smtpUrl')],
  ALERT_PAGERDUTY_KEY: ['k'.repeat(32), ofChannel('routingKey')],
  ALERT_URL: ['https://alerts.example.com/in?token=t', ofChannel('url')],
  ALERT_URL_SECRET: [SECRET, ofChannel('secrets')],
  OTEL_EXPORTER_OTLP_HEADERS: ['x-key=a', ({ tracing }) => pairsOf(tracing?.headers)],
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: ['x-key=b', ({ tracing }) => pairsOf(tracing?.headers)],
};

/** What some secrets are nothing without. */
const BESIDE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  OIDC_CLIENT_SECRET: COMPANY,
  SMTP_URL: { ALERT_EMAIL_TO: 'oncall@example.com', ALERT_EMAIL_FROM: 'alerts@example.com' },
  ALERT_URL: { ALERT_URL_SECRET: SECRET },
  ALERT_URL_SECRET: { ALERT_URL: 'https://alerts.example.com/in' },
  OTEL_EXPORTER_OTLP_HEADERS: COLLECTOR,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: COLLECTOR,
};

test('every setting that holds a secret is marked as one', () => {
  const looksSecret =
    /SECRET|PASSWORD|TOKEN|HEADERS|CREDENTIAL|PRIVATE|_KEY$|(DATABASE|REDIS|SMTP|SLACK|ALERT)_URL|WORKSPACES/;
  const notSecret = ['USER_METADATA_KEY', 'ENDPOINT_PRIVATE_NETWORKS'];
  const named = Object.keys(schema.shape)
    .filter(name => looksSecret.test(name))
    .filter(name => !notSecret.includes(name));
  expect(named.toSorted()).toEqual([...SECRET_NAMES].toSorted());
  expect(Object.keys(VALUES).toSorted()).toEqual([...SECRET_NAMES].toSorted());
});

describe.each(Object.entries(VALUES))('%s', (name, [value, read]) => {
  const file = fileSettingOf(name);
  const others = BESIDE[name] ?? {};

  test.each(['', '\n', '\r\n'])('is read from its file, without what ends it: %j', async end => {
    const config = parseConfig(readEnv({ ...others, [file]: await fileWith(value + end) }));
    expect(read(config)).toBe(value);
  });

  test('may be sent empty beside its file, and its file may be sent empty, as docker compose does', async () => {
    const beside = readEnv({ ...others, [name]: '', [file]: await fileWith(value) });
    expect(read(parseConfig(beside))).toBe(value);
    expect(read(parseConfig(readEnv({ ...others, [name]: value, [file]: ' ' })))).toBe(value);
  });

  test('is refused where it is set in both ways, though both say the same', async () => {
    const env = readEnv({ ...others, [name]: value, [file]: await fileWith(value) });
    expect(faultsOf(env).faults).toEqual([`${name} must be left out where ${file} is set`]);
  });

  test('is a fault where its file is missing, a folder or empty, and not one of being absent', async () => {
    await mkdir(path.join(folder, 'folder'), { recursive: true });
    for (const given of [
      path.join(folder, 'none'),
      path.join(folder, 'folder'),
      await fileWith('\n'),
    ]) {
      const required = name === 'DATABASE_URL' ? (['DATABASE_URL'] as const) : [];
      const faults = faultsOf(readEnv({ ...others, [file]: given }), required).faults;
      expect(faults).toContain(`${file} must be a file that can be read and isn't empty`);
      expect(faults).not.toContain(`${name} is missing`);
    }
  });
});

test('what is wrong in a file is told by the setting that names the file, without a word of it', async () => {
  const env: Record<string, string> = {};
  for (const name of SECRET_NAMES) {
    if (!['OIDC_CLIENT_SECRET', 'SMTP_URL'].includes(name))
      env[fileSettingOf(name)] = await fileWith('x hunter2\n');
  }
  const error = faultsOf(readEnv(env));
  expect(error).toBeInstanceOf(ConfigError);
  const named = new Set(error.faults.map(fault => fault.split(' ')[0]));
  expect([...named].toSorted()).toEqual(Object.keys(env).toSorted());
  expect(`${error.message} ${error.stack}`).not.toContain('hunter2');
});

test('doctor says which setting named the file, and which file it could not read', async () => {
  const { stdout } = await runHere(['doctor', '--json'], {
    NODE_ENV: 'production',
    SEAM_WEBHOOK_SECRET_FILE: await fileWith(SECRET),
    DATABASE_URL_FILE: path.join(folder, 'none'),
    REDIS_URL_FILE: await fileWith('not an address: hunter2'),
  });
  const { checks } = JSON.parse(stdout) as { checks: { check: string; detail: string }[] };
  const detailOf = (check: string) => checks.find(each => each.check === check)?.detail;
  expect(detailOf('SEAM_WEBHOOK_SECRET')).toBe('set, by SEAM_WEBHOOK_SECRET_FILE');
  expect(detailOf('DATABASE_URL')).toMatch(/^DATABASE_URL_FILE must be a file that can be read/);
  expect(detailOf('REDIS_URL')).toMatch(/^REDIS_URL_FILE must be a URL/);
  expect(stdout).not.toMatch(/hunter2|whsec_/);
});

test('--help, .env.example and docs/running.md name the file of each secret', async () => {
  const { stdout } = await runHere(['--help'], {});
  const root = path.join(import.meta.dirname, '../..');
  const texts = { help: stdout, example: '', docs: '' };
  texts.example = await readFile(path.join(root, '.env.example'), 'utf8');
  texts.docs = await readFile(path.join(root, 'docs/running.md'), 'utf8');
  for (const [where, text] of Object.entries(texts)) {
    const missing = SECRET_NAMES.map(fileSettingOf).filter(name => !text.includes(name));
    expect({ where, missing }).toEqual({ where, missing: [] });
  }
});
