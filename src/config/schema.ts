import { z } from 'zod';
import { LOG_LEVELS } from '../ops/log-options.ts';
import {
  alertAddress,
  alertAddresses,
  alertPagerDutyKeys,
  alertUrl,
  alertUrlSecrets,
  alertUrls,
  smtpUrl,
} from './alerts.ts';
import { consoleUrl, trustProxy } from './doors.ts';
import { endpointPrivateNetworks, endpointSecretsKeys } from './endpoints.ts';
import {
  keyValuePairs,
  otlpEndpoint,
  otlpHeaders,
  otlpProtocol,
  samplerRatio,
  tracesExporter,
  tracesSampler,
} from './tracing.ts';
import {
  databaseUrl,
  identifierPath,
  redisUrl,
  secret,
  timeOfDay,
  unquoted,
  url,
  webhookSecrets,
  wholeNumber,
} from './values.ts';
import { isApiKey, isPersonalAccessToken } from './workspaces.ts';

/** Every setting by its name, and what it must be. What is a secret may also be in a file, named by `<setting>_FILE`. */
export const schema = z.object({
  DATABASE_URL: secret(databaseUrl.optional()),
  MIGRATE_DATABASE_URL: secret(databaseUrl.optional()),
  REDIS_URL: secret(redisUrl.optional()),
  SEAM_API_KEY: secret(
    z
      .string()
      .refine(isApiKey, {
        error:
          'must be an API key from the Seam console (seam_…); a personal access token (seam_at…) is set as SEAM_PERSONAL_ACCESS_TOKEN',
      })
      .optional(),
  ),
  SEAM_PERSONAL_ACCESS_TOKEN: secret(
    z
      .string()
      .refine(isPersonalAccessToken, {
        error: 'must be a personal access token from the Seam console (seam_at…)',
      })
      .optional(),
  ),
  SEAM_ENDPOINT: url('http:', 'https:').default('https://connect.getseam.com'),
  SEAM_WEBHOOK_SECRET: secret(webhookSecrets.optional()),
  WEBHOOK_URL: url('http:', 'https:').optional(),
  SEAM_WORKSPACES: secret(z.string().optional()),
  USER_METADATA_KEY: z
    .string()
    .max(40, { error: "must be at most 40 characters (Seam's limit for a metadata key)" })
    .optional(),
  USER_IDENTITY: z.string().optional(),
  USER_IDENTITY_CONFLICT: z
    .enum(['first', 'ask'], { error: 'must be first or ask' })
    .default('first'),
  USERS_TABLE: identifierPath.prefault('reconciler.users'),
  USERS_ID_COLUMN: z.string().transform(unquoted).prefault('id'),
  USERS_NAME_COLUMN: z.string().transform(unquoted).optional(),
  USERS_EMAIL_COLUMN: z.string().transform(unquoted).optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).prefault('3000'),
  CONSOLE: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .default('on')
    .transform(value => value === 'on'),
  CONSOLE_PORT: wholeNumber(0, 65_535).optional(),
  METRICS_PORT: wholeNumber(0, 65_535).optional(),
  DATABASE_MAX_BYTES: wholeNumber(1_000_000, Number.MAX_SAFE_INTEGER).optional(),
  TRUST_PROXY: trustProxy.prefault('0'),
  MAX_CONNECTIONS: wholeNumber(1, 1_000_000).optional(),
  SHUTDOWN_DELAY_SECONDS: wholeNumber(0, 300).prefault('3'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` })
    .default('info'),
  WORKER_CONCURRENCY: wholeNumber(1, 500).prefault('10'),
  WEBVIEW_LOOK_AFTER_MINUTES: wholeNumber(1, 7 * 24 * 60).prefault('15'),
  BACKFILL_EVERY_MINUTES: wholeNumber(0, 1_440).prefault('10'),
  DRIFT_AT: timeOfDay.prefault('03:30'),
  DRIFT_MOST_GONE_PERCENT: wholeNumber(0, 100).prefault('10'),
  RETENTION_DAYS: wholeNumber(0, 36_500)
    .prefault('90')
    .refine(days => days !== 1, { error: 'must be 0 (never), or at least 2' }),
  AUDIT_RETENTION_DAYS: wholeNumber(0, 36_500)
    .prefault('0')
    .refine(days => days === 0 || days >= 30, { error: 'must be 0 (never), or at least 30' }),
  NOTES_RETENTION_DAYS: wholeNumber(0, 36_500).prefault('0'),
  FAILED_RETENTION_DAYS: wholeNumber(0, 36_500)
    .prefault('0')
    .refine(days => days === 0 || days >= 30, { error: 'must be 0 (never), or at least 30' }),
  CONSOLE_URL: consoleUrl.optional(),
  OPERATOR_NAME: z.string().max(100, { error: 'must be at most 100 characters' }).optional(),
  SIGN_IN: z.enum(['any', 'company'], { error: 'must be any or company' }).default('any'),
  SECOND_FACTOR: z
    .enum(['optional', 'required'], { error: 'must be optional or required' })
    .default('optional'),
  OIDC_ISSUER: z.string().optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: secret(z.string().optional()),
  OIDC_ROLES: z.string().optional(),
  OIDC_GROUPS_CLAIM: z.string().default('groups'),
  PROVISIONAL_LINKS: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .default('on')
    .transform(value => value === 'on'),
  ENDPOINT_SECRETS_KEY: secret(endpointSecretsKeys.optional()),
  ENDPOINT_PRIVATE_NETWORKS: endpointPrivateNetworks.optional(),
  ALERT_SLACK_URL: secret(alertUrls.optional()),
  ALERT_EMAIL_TO: alertAddresses.optional(),
  ALERT_EMAIL_FROM: alertAddress.optional(),
  SMTP_URL: secret(smtpUrl.optional()),
  ALERT_PAGERDUTY_KEY: secret(alertPagerDutyKeys.optional()),
  ALERT_PAGERDUTY_URL: alertUrl.default('https://events.pagerduty.com/v2/enqueue'),
  ALERT_URL: secret(alertUrl.optional()),
  ALERT_URL_SECRET: secret(alertUrlSecrets.optional()),
  ALERT_SEAM_MINUTES: wholeNumber(1, 1_440).prefault('10'),
  ALERT_BACKLOG_MINUTES: wholeNumber(1, 1_440).prefault('10'),
  ALERT_ENDPOINT_MINUTES: wholeNumber(1, 1_440).prefault('10'),
  ALERT_DISK_PERCENT: wholeNumber(1, 100).prefault('85'),
  RUNBOOKS_URL: url('http:', 'https:').optional(),
  OTEL_SDK_DISABLED: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform(value => value === 'true'),
  OTEL_TRACES_EXPORTER: tracesExporter.default('otlp'),
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: otlpEndpoint.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: secret(otlpHeaders.optional()),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: secret(otlpHeaders.optional()),
  OTEL_EXPORTER_OTLP_PROTOCOL: otlpProtocol.optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: otlpProtocol.optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: keyValuePairs.optional(),
  OTEL_TRACES_SAMPLER: tracesSampler.default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: samplerRatio.optional(),
});
