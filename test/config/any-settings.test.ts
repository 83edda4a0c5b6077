import fc from 'fast-check';
import pg from 'pg';
import { expect, test } from 'vitest';
import { type Config, ConfigError, type Env, parseConfig } from '../../src/config/config.ts';
import { parseRedisUrl } from '../../src/config/redis-url.ts';
import { fileSettingOf, SECRET_NAMES } from '../../src/config/secret-files.ts';
import { createAddressGuard } from '../../src/endpoints/addresses.ts';
import { createSignerVerifier } from '../../src/seam/webhook.ts';
import { anyText } from '../fixtures/arbitraries.ts';

/** In every value; of no letters that a message would hold by chance. */
const LEAK = 'Zq7Zq7Zq7';

const around = (before: fc.Arbitrary<string>, after: fc.Arbitrary<string>) =>
  fc.tuple(before, after).map(([head, tail]) => `${head}${LEAK}${tail}`);
const part = fc.oneof(
  fc.string(),
  anyText,
  fc.constantFrom('', ':', '@', '/', '%', '%20', '%ff', ',', '.', '"', '?', '#', '[', '=', '\n'),
);
const begin = (...texts: string[]) => fc.constantFrom(...texts, '', ' ');

const address = (...schemes: string[]) =>
  fc
    .array(fc.oneof(part, fc.constantFrom('user', ':', '@', 'host', ':5432', '/', 'db', LEAK)), {
      maxLength: 8,
    })
    .map(parts => parts.join(''))
    .chain(rest => fc.constantFrom(...schemes).map(scheme => `${scheme}://${rest}`));

const REDIS = ['redis', 'rediss', 'redis+sentinel', 'rediss+cluster', 'redis+other'];
const number = fc.oneof(part, fc.integer(), fc.double({ min: 0, max: 600 })).map(String);
const oddValue = fc.oneof(
  fc.jsonValue(),
  around(begin('seam_', 'whsec_', 'whsec_AAAA'), part),
  fc.constantFrom('seam_key', ['whsec_AAAAAAAA'], 'an id'),
);
const oddWorkspaces = fc
  .array(
    fc.record(
      {
        workspace_id: oddValue,
        name: oddValue,
        api_key: oddValue,
        personal_access_token: oddValue,
        webhook_secrets: oddValue,
      },
      { requiredKeys: [] },
    ),
  )
  .map(list => JSON.stringify(list));
const SETTINGS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  DATABASE_URL: address('postgres', 'postgresql', 'mysql'),
  REDIS_URL: address(...REDIS),
  SEAM_API_KEY: around(begin('seam_', 'seam_test_', 'seam_cst_', 'seam_at_'), part),
  SEAM_PERSONAL_ACCESS_TOKEN: around(begin('seam_', 'seam_at', 'seam_at1_', 'seam_pk_'), part),
  SEAM_ENDPOINT: address('https', 'http', 'ftp'),
  SEAM_WEBHOOK_SECRET: fc.oneof(
    around(begin('whsec_', 'whsec_AAAA', 'AAA'), part),
    fc.stringMatching(/^whsec_[A-Za-z0-9+/]{1,16}={0,3}$/),
  ),
  SEAM_WORKSPACES: fc.oneof(around(part, part), oddWorkspaces),
  ...Object.fromEntries(SECRET_NAMES.map(name => [fileSettingOf(name), part])),
  USER_METADATA_KEY: around(part, part),
  USERS_TABLE: around(begin('"', 'a.', 'a."', '"a".'), part),
  USERS_ID_COLUMN: around(begin('"'), part),
  HOST: part,
  PORT: fc.oneof(number, around(part, part)),
  LOG_LEVEL: fc.oneof(part, fc.constantFrom('info', 'INFO', 'warn'), around(part, part)),
  WORKER_CONCURRENCY: fc.oneof(number, around(part, part)),
  WEBVIEW_LOOK_AFTER_MINUTES: fc.oneof(number, around(part, part)),
  RETENTION_DAYS: fc.oneof(number, around(part, part)),
  AUDIT_RETENTION_DAYS: fc.oneof(number, around(part, part)),
  NOTES_RETENTION_DAYS: fc.oneof(number, around(part, part)),
  FAILED_RETENTION_DAYS: fc.oneof(number, around(part, part)),
  PROVISIONAL_LINKS: fc.oneof(part, fc.constantFrom('on', 'off', 'ON')),
  ENDPOINT_SECRETS_KEY: around(begin('k'.repeat(32), `${'k'.repeat(32)},`), part),
  OTEL_EXPORTER_OTLP_ENDPOINT: around(begin('https://', 'http://'), part),
  OTEL_EXPORTER_OTLP_HEADERS: around(begin('key=', 'key=a,', 'k=%'), part),
  OTEL_RESOURCE_ATTRIBUTES: around(begin('key=', 'key=a,', 'k=%'), part),
  OTEL_TRACES_SAMPLER: fc.oneof(part, fc.constantFrom('traceidratio', 'always_on')),
  OTEL_TRACES_SAMPLER_ARG: fc.oneof(part, fc.constantFrom('0', '.5', '0.25', '1', '1.0', '2')),
  ENDPOINT_PRIVATE_NETWORKS: fc.oneof(
    around(begin('10.0.0.0/', '10.0.0.0/8,', 'fd00::/'), part),
    fc.constantFrom('10.0.0.0/8', '10.0.0.1,fd00::/8', '0.0.0.0/0'),
  ),
  ALERT_SLACK_URL: address('https', 'http', 'ftp'),
  ALERT_EMAIL_TO: around(begin('a@b', 'a@b,'), part),
  ALERT_EMAIL_FROM: around(begin('a@b'), part),
  SMTP_URL: address('smtp', 'smtps', 'http'),
  ALERT_PAGERDUTY_KEY: around(begin('k'.repeat(23), 'k'.repeat(32)), part),
  ALERT_URL: address('https', 'http', 'ftp'),
  ALERT_URL_SECRET: around(begin('whsec_', 'whsec_AAAA'), part),
};
const environment = fc.record(
  {
    ...Object.fromEntries(
      Object.entries(SETTINGS).map(([name, values]) => [name, fc.oneof(values, anyText)]),
    ),
    NODE_ENV: fc.constantFrom('production', 'test', ''),
    ANYTHING: anyText,
  },
  { requiredKeys: [] },
);

const parse = (env: Env): Config | ConfigError => {
  try {
    return parseConfig(env, ['DATABASE_URL', 'SEAM_WEBHOOK_SECRET']);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
};

test('any environment is taken, or told what is wrong with it by name and never by value', () => {
  fc.assert(
    fc.property(environment, env => {
      const parsed = parse(env);
      if (!(parsed instanceof ConfigError)) return;
      const told = `${parsed.message} ${parsed.stack} ${JSON.stringify(parsed)} ${parsed.cause}`;
      expect(told).not.toContain(LEAK);
      const names = [...Object.keys(SETTINGS)].join('|');
      expect(parsed.faults).not.toEqual([]);
      for (const fault of parsed.faults)
        expect(fault).toMatch(new RegExp(`^(${names}) (must|is) `));
    }),
    { numRuns: 3_000 },
  );
});

/** What one setting comes to, for the values that are taken. */
const eachTaken = (name: string, law: (config: Config) => void): void =>
  fc.assert(
    fc.property(fc.oneof(SETTINGS[name] ?? anyText, anyText), value => {
      const good = { DATABASE_URL: 'postgres://db/app', SEAM_WEBHOOK_SECRET: 'whsec_AAAAAAAA' };
      const parsed = parse({ ...good, [name]: value });
      if (!(parsed instanceof ConfigError)) law(parsed);
    }),
    { numRuns: 2_000 },
  );

test('a webhook secret that is taken is one that signatures can be checked with', () => {
  eachTaken('SEAM_WEBHOOK_SECRET', ({ workspaces }) => {
    expect(() => createSignerVerifier(workspaces)).not.toThrow();
  });
});

test('a DATABASE_URL that is taken is one that Postgres’s driver can read', () => {
  eachTaken('DATABASE_URL', ({ databaseUrl }) => {
    expect(() => new pg.Client({ connectionString: databaseUrl })).not.toThrow();
  });
});

test('a REDIS_URL that is taken is one that we can read', () => {
  eachTaken('REDIS_URL', ({ redisUrl }) => {
    if (redisUrl !== undefined) expect(() => parseRedisUrl(redisUrl)).not.toThrow();
  });
});

test('numbers that are taken are in their ranges', () => {
  eachTaken('PORT', ({ port }) => {
    expect(port).toSatisfy(Number.isInteger);
    expect(port).toBeGreaterThanOrEqual(0);
    expect(port).toBeLessThanOrEqual(65_535);
  });
  eachTaken('WORKER_CONCURRENCY', ({ workerConcurrency }) => {
    expect(workerConcurrency).toSatisfy(Number.isInteger);
    expect(workerConcurrency).toBeGreaterThanOrEqual(1);
    expect(workerConcurrency).toBeLessThanOrEqual(500);
  });
  eachTaken('RETENTION_DAYS', ({ retentionDays }) => {
    expect(retentionDays === 0 || retentionDays >= 2).toBe(true);
    expect(retentionDays).toSatisfy(Number.isInteger);
  });
  eachTaken('AUDIT_RETENTION_DAYS', ({ auditRetentionDays }) => {
    expect(auditRetentionDays === 0 || auditRetentionDays >= 30).toBe(true);
    expect(auditRetentionDays).toSatisfy(Number.isInteger);
  });
});

test('private networks that are taken are ones that addresses can be compared with', () => {
  eachTaken('ENDPOINT_PRIVATE_NETWORKS', ({ endpointPrivateNetworks }) => {
    expect(() => createAddressGuard(endpointPrivateNetworks)('10.0.0.1')).not.toThrow();
  });
});
