import { describe, expect, test } from 'vitest';
import { parseConfig, type SettingName } from '../../src/config/config.ts';
import { byMetadataKey } from '../../src/config/user-identity.ts';
import { faultsOf } from '../fixtures/config-faults.ts';
import { OTHER_SECRET, SECRET } from '../fixtures/settings.ts';
import { DEFAULTS, SETTINGS } from './settings-and-defaults.ts';

const REQUIRED = [
  'DATABASE_URL',
  'REDIS_URL',
  'SEAM_API_KEY',
  'SEAM_ENDPOINT',
  'SEAM_WEBHOOK_SECRET',
] as const satisfies SettingName[];

describe('settings that are absent', () => {
  test('have the defaults that the design promises', () => {
    expect(parseConfig({})).toEqual(DEFAULTS);
  });

  test.each(['', ' ', '\n'])('may also be sent empty, as docker compose does: %j', empty => {
    expect(parseConfig(Object.fromEntries(SETTINGS.map(name => [name, empty])))).toEqual(DEFAULTS);
    expect(faultsOf({ DATABASE_URL: empty }, ['DATABASE_URL']).faults).toEqual([
      'DATABASE_URL is missing',
    ]);
  });

  test('are all named at once when a command can’t do without them', () => {
    expect(faultsOf({}, REQUIRED).faults).toEqual(REQUIRED.map(name => `${name} is missing`));
  });
});

describe('settings that are right', () => {
  test('are taken as they are', () => {
    const env = {
      DATABASE_URL: 'postgresql://app:pw@db:5432/app?sslmode=require',
      REDIS_URL: 'rediss://:pw@cache:6380/1',
      SEAM_API_KEY: 'seam_test_key',
      SEAM_ENDPOINT: 'http://127.0.0.1:4000',
      WEBHOOK_URL: 'https://hooks.example.com/seam',
      SEAM_WEBHOOK_SECRET: SECRET,
      USER_METADATA_KEY: 'internal_user',
      USERS_TABLE: 'app.customers',
      USERS_ID_COLUMN: 'customer_id',
      USERS_EMAIL_COLUMN: '"mail"',
      CONSOLE_URL: 'https://support.example.com',
      OPERATOR_NAME: 'ada',
      HOST: '0.0.0.0',
      PORT: '8080',
      CONSOLE: 'off',
      CONSOLE_PORT: '8081',
      TRUST_PROXY: '10.0.0.0/8, ::1',
      MIGRATE_DATABASE_URL: 'postgresql://owner@db/app',
      MAX_CONNECTIONS: '500',
      SHUTDOWN_DELAY_SECONDS: '15',
      LOG_LEVEL: 'debug',
      WORKER_CONCURRENCY: '25',
      WEBVIEW_LOOK_AFTER_MINUTES: '30',
      BACKFILL_EVERY_MINUTES: '0',
      DRIFT_AT: 'off',
      DRIFT_MOST_GONE_PERCENT: '25',
      RETENTION_DAYS: '30',
      AUDIT_RETENTION_DAYS: '3650',
      NOTES_RETENTION_DAYS: '730',
      FAILED_RETENTION_DAYS: '365',
      PROVISIONAL_LINKS: 'off',
      ENDPOINT_SECRETS_KEY: `${'n'.repeat(32)}, ${'o'.repeat(40)}`,
      ENDPOINT_PRIVATE_NETWORKS: '10.20.0.0/16, fd00:20::1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example:4318/',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b,x-team=locks',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod',
      OTEL_SERVICE_NAME: 'locks',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      NODE_ENV: 'production',
      PATH: '/bin',
    };
    expect(parseConfig(env, REQUIRED)).toEqual({
      databaseUrl: env.DATABASE_URL,
      migrateDatabaseUrl: env.MIGRATE_DATABASE_URL,
      redisUrl: env.REDIS_URL,
      workspaces: [{ id: null, name: null, apiKey: env.SEAM_API_KEY, webhookSecrets: [SECRET] }],
      seamEndpoint: env.SEAM_ENDPOINT,
      webhookUrl: env.WEBHOOK_URL,
      identity: byMetadataKey('internal_user'),
      users: {
        schema: 'app',
        table: 'customers',
        idColumn: 'customer_id',
        nameColumn: null,
        emailColumn: 'mail',
      },
      host: '0.0.0.0',
      port: 8080,
      hasConsole: false,
      consolePort: 8_081,
      trustProxy: ['10.0.0.0/8', '::1'],
      maxConnections: 500,
      shutdownDelaySeconds: 15,
      logLevel: 'debug',
      workerConcurrency: 25,
      webviewLookAfterMinutes: 30,
      backfillEveryMinutes: 0,
      driftAtMinutes: null,
      driftMostGonePercent: 25,
      retentionDays: 30,
      auditRetentionDays: 3_650,
      notesRetentionDays: 730,
      failedRetentionDays: 365,
      provisionalLinks: false,
      endpointSecretsKeys: ['n'.repeat(32), 'o'.repeat(40)],
      endpointPrivateNetworks: ['10.20.0.0/16', 'fd00:20::1'],
      alerts: DEFAULTS.alerts,
      consoleUrl: 'https://support.example.com',
      operatorName: 'ada',
      openIdConnect: null,
      hasPasswords: true,
      needsSecondFactor: false,
      service: 'locks',
      tracing: {
        url: 'https://collector.example:4318/v1/traces',
        headers: { 'x-key': 'a b', 'x-team': 'locks' },
        sampler: 'parentbased_traceidratio',
        ratio: 0.25,
        resource: { 'deployment.environment.name': 'prod' },
      },
      production: true,
    });
  });

  test.each(['redis://cache', 'rediss://cache:6380', 'redis://user:pw@cache/2'])(
    'REDIS_URL may be %s',
    REDIS_URL => {
      expect(parseConfig({ REDIS_URL }).redisUrl).toBe(REDIS_URL);
    },
  );

  test.each([
    [`${SECRET},${OTHER_SECRET}`],
    [` ${SECRET} ,  ${OTHER_SECRET} `],
    [`${SECRET},\n${OTHER_SECRET}\n`],
  ])('SEAM_WEBHOOK_SECRET may be several while rotating, with spaces around: %j', secrets => {
    expect(parseConfig({ SEAM_WEBHOOK_SECRET: secrets }).workspaces[0]?.webhookSecrets).toEqual([
      SECRET,
      OTHER_SECRET,
    ]);
  });

  test.each([
    ['users', null, 'users'],
    ['app.users', 'app', 'users'],
    ['"users"', null, 'users'],
    ['"App"."User Accounts"', 'App', 'User Accounts'],
    ['app."order"', 'app', 'order'],
  ])('USERS_TABLE may be %s', (USERS_TABLE, schema, table) => {
    expect(parseConfig({ USERS_TABLE }).users).toMatchObject({ schema, table, nameColumn: null });
  });

  test.each([
    ['PORT', '0', { port: 0 }],
    ['PORT', '65535', { port: 65_535 }],
    ['TRUST_PROXY', 'off', { trustProxy: 0 }],
    ['TRUST_PROXY', '2', { trustProxy: 2 }],
    ['TRUST_PROXY', 'loopback,10.1.2.3', { trustProxy: ['loopback', '10.1.2.3'] }],
    ['SHUTDOWN_DELAY_SECONDS', '0', { shutdownDelaySeconds: 0 }],
    ['SHUTDOWN_DELAY_SECONDS', '300', { shutdownDelaySeconds: 300 }],
    ['WORKER_CONCURRENCY', '1', { workerConcurrency: 1 }],
    ['RETENTION_DAYS', '0', { retentionDays: 0 }],
    ['RETENTION_DAYS', '2', { retentionDays: 2 }],
    ['AUDIT_RETENTION_DAYS', '30', { auditRetentionDays: 30 }],
    ['PROVISIONAL_LINKS', 'off', { provisionalLinks: false }],
    ['PROVISIONAL_LINKS', 'on', { provisionalLinks: true }],
    ['WORKER_CONCURRENCY', '500', { workerConcurrency: 500 }],
    ['WEBVIEW_LOOK_AFTER_MINUTES', '10080', { webviewLookAfterMinutes: 10_080 }],
    ['USER_METADATA_KEY', 'k'.repeat(40), { identity: byMetadataKey('k'.repeat(40)) }],
  ])('%s may be %s', (name, value, expected) => {
    expect(parseConfig({ [name]: value })).toMatchObject(expected);
  });
});
