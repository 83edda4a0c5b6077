import { describe, expect, test } from 'vitest';
import { faultsOf } from '../fixtures/config-faults.ts';
import { OTHER_SECRET, SECRET } from '../fixtures/settings.ts';

describe('settings that are wrong', () => {
  test.each([
    ['DATABASE_URL', 'mysql://db/app'],
    ['DATABASE_URL', 'db.internal:5432'],
    ['DATABASE_URL', 'postgres://user:p/w@db/app'],
    ['DATABASE_URL', 'postgres://user:p/w@/app?host=/run/postgresql'],
    ['DATABASE_URL', 'postgres://user:pw@/app'],
    ['REDIS_URL', 'https://cache'],
    ['REDIS_URL', 'cache:6379'],
    ['SEAM_API_KEY', 'a_key_of_something_else'],
    ['SEAM_API_KEY', 'seam_pk_for_browsers_only'],
    ['SEAM_API_KEY', 'seam_two words'],
    ['SEAM_ENDPOINT', 'connect.getseam.com'],
    ['SEAM_ENDPOINT', 'ftp://connect.getseam.com'],
    ['SEAM_WEBHOOK_SECRET', 'whsec_not base64'],
    ['SEAM_WEBHOOK_SECRET', 'whsec_'],
    ['SEAM_WEBHOOK_SECRET', 'short'],
    ['SEAM_WEBHOOK_SECRET', `${SECRET}x`],
    ['SEAM_WEBHOOK_SECRET', `${SECRET},`],
    ['SEAM_WEBHOOK_SECRET', `${SECRET} ${OTHER_SECRET}`],
    ['USER_METADATA_KEY', 'k'.repeat(41)],
    ['USERS_TABLE', 'db.app.users'],
    ['USERS_TABLE', 'app.'],
    ['USERS_TABLE', '.users'],
    ['USERS_TABLE', '""'],
    ['USERS_TABLE', 'us"ers'],
    ['USERS_TABLE', '"a"; drop table users; --"'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', '0x50'],
    ['PORT', 'http'],
    ['WORKER_CONCURRENCY', '0'],
    ['BACKFILL_EVERY_MINUTES', '1441'],
    ['DRIFT_AT', '3:30'],
    ['DRIFT_AT', '24:00'],
    ['DRIFT_AT', '03:60'],
    ['DRIFT_AT', 'never'],
    ['DRIFT_MOST_GONE_PERCENT', '101'],
    ['RETENTION_DAYS', '1'],
    ['RETENTION_DAYS', 'never'],
    ['AUDIT_RETENTION_DAYS', '29'],
    ['NOTES_RETENTION_DAYS', '-1'],
    ['FAILED_RETENTION_DAYS', '29'],
    ['PROVISIONAL_LINKS', 'yes'],
    ['ENDPOINT_SECRETS_KEY', 'short'],
    ['ENDPOINT_SECRETS_KEY', `${'k'.repeat(32)},short`],
    ['ENDPOINT_SECRETS_KEY', `${'k'.repeat(32)},`],
    ['ENDPOINT_PRIVATE_NETWORKS', '10.0.0.0/33'],
    ['ENDPOINT_PRIVATE_NETWORKS', '10.0.0/8'],
    ['ENDPOINT_PRIVATE_NETWORKS', '0.0.0.0/0'],
    ['ENDPOINT_PRIVATE_NETWORKS', '::/0'],
    ['ENDPOINT_PRIVATE_NETWORKS', 'fd00::/129'],
    ['ENDPOINT_PRIVATE_NETWORKS', 'fe80::1%eth0'],
    ['ENDPOINT_PRIVATE_NETWORKS', '10.0.0.0/8,'],
    ['ENDPOINT_PRIVATE_NETWORKS', 'localhost'],
    ['OTEL_SDK_DISABLED', 'yes'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://collector:4317'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a header'],
    ['OTEL_EXPORTER_OTLP_HEADERS', '=v'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'key=%0A'],
    ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'key=%'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http/json'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'team'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['WORKER_CONCURRENCY', '501'],
    ['WORKER_CONCURRENCY', '1e2'],
    ['WEBVIEW_LOOK_AFTER_MINUTES', '0'],
    ['WEBVIEW_LOOK_AFTER_MINUTES', '10081'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_LEVEL', 'INFO '],
  ])('%s may not be %j, and only that name is blamed', (name, value) => {
    const { faults } = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name} must be `));
  });

  const LEAK = 'hunter2';
  const ALL_WRONG = {
    DATABASE_URL: `mysql://root:${LEAK}@db/app`,
    REDIS_URL: `http://:${LEAK}@cache`,
    SEAM_API_KEY: LEAK,
    SEAM_ENDPOINT: `ftp://${LEAK}`,
    SEAM_WEBHOOK_SECRET: `whsec_${LEAK}!,${SECRET}`,
    USER_METADATA_KEY: LEAK.repeat(10),
    USERS_TABLE: `a.b.${LEAK}`,
    PORT: LEAK,
    LOG_LEVEL: LEAK,
    WORKER_CONCURRENCY: LEAK,
    WEBVIEW_LOOK_AFTER_MINUTES: LEAK,
    RETENTION_DAYS: LEAK,
    AUDIT_RETENTION_DAYS: LEAK,
    NOTES_RETENTION_DAYS: LEAK,
    FAILED_RETENTION_DAYS: LEAK,
    PROVISIONAL_LINKS: LEAK,
    ENDPOINT_SECRETS_KEY: `${'k'.repeat(32)},${LEAK}`,
    ENDPOINT_PRIVATE_NETWORKS: `10.0.0.0/8,${LEAK}`,
    OTEL_EXPORTER_OTLP_HEADERS: LEAK,
    OTEL_TRACES_SAMPLER: LEAK,
  };

  test('are all told at once, by name, next to those that are missing', () => {
    const { SEAM_API_KEY: _, ...env } = ALL_WRONG;
    const error = faultsOf(env, ['DATABASE_URL', 'SEAM_API_KEY']);
    const names = error.faults.map(fault => fault.split(' ')[0]);
    expect(names.toSorted()).toEqual(Object.keys(ALL_WRONG).toSorted());
    for (const fault of error.faults) expect(error.message).toContain(`\n  - ${fault}`);
  });

  test('are never told with their value, which may be a secret', () => {
    const error = faultsOf(ALL_WRONG);
    const told = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
    expect(told).not.toContain(LEAK);
    expect(told).not.toContain(SECRET);
  });
});
