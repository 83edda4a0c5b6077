import { existsSync } from 'node:fs';
import type { z } from 'zod';
import type { LogLevel } from '../ops/log-options.ts';
import { type AlertSettings, alertFaults, alertSettings } from './alerts.ts';
import { portFaults, type TrustProxy } from './doors.ts';
import { faultsOfToken, listedWorkspaces, OF_WORKSPACES } from './listed-workspaces.ts';
import { COMPANY_ONLY_FAULT, type OpenIdConnect, openIdConnect } from './openid-connect.ts';
import { schema } from './schema.ts';
import { faultsOfFiles, isGiven, sourceOf, withSecretFiles } from './secret-files.ts';
import { samplerFaults, type Tracing, tracingOf } from './tracing.ts';
import { parseUserIdentity, type UserIdentity } from './user-identity.ts';
import { type UsersTable, usersTable } from './users-table.ts';
import type { Workspace } from './workspaces.ts';

/** What the environment says, by name. Values may be secrets: never print one. */
export type Env = Readonly<Record<string, string | undefined>>;

/** The settings a command can't do without; everything else has a default. */
export type SettingName =
  | 'DATABASE_URL'
  | 'MIGRATE_DATABASE_URL'
  | 'SEAM_API_KEY'
  | 'SEAM_WEBHOOK_SECRET'
  | 'REDIS_URL'
  | 'SEAM_ENDPOINT';

/** Settings that are wrong or missing: all of them at once, by name, never with a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`These settings need attention:\n${faults.map(fault => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

export type Config = Readonly<{
  databaseUrl: string | undefined;
  /** Of `migrate` alone; undefined: the same. */
  migrateDatabaseUrl: string | undefined;
  redisUrl: string | undefined;
  /** Of several workspaces, or to list those that it may see; undefined: there is none, or one a workspace. */
  personalAccessToken: string | undefined;
  /** At least one. */
  workspaces: readonly Workspace[];
  seamEndpoint: string;
  /** How Seam reaches our webhooks; undefined: whatever it has with our path. */
  webhookUrl: string | undefined;
  /** By what Seam's objects name our users. */
  identity: UserIdentity;
  users: UsersTable;
  host: string;
  port: number;
  /** Whether `serve` has the console and the API, too. */
  hasConsole: boolean;
  /** The port of the console and the API; undefined: that of the webhooks. */
  consolePort: number | undefined;
  /** The port of `/metrics`; undefined: there is none. */
  metricsPort: number | undefined;
  /** How large the database may get; undefined: nobody has said so. */
  databaseMaxBytes: number | undefined;
  /** Who may say for whom a request comes. */
  trustProxy: TrustProxy;
  /** Of each port; undefined: what this process's limit of open files leaves. */
  maxConnections: number | undefined;
  /** How long `serve` still answers after it was asked to stop, saying that it leaves. */
  shutdownDelaySeconds: number;
  logLevel: LogLevel;
  workerConcurrency: number;
  webviewLookAfterMinutes: number;
  /** 0: no scheduled backfill. */
  backfillEveryMinutes: number;
  /** When the nightly comparison with Seam begins, in minutes since midnight (UTC); null: never. */
  driftAtMinutes: number | null;
  /** How many of a hundred accounts it may let go at once; 0: none. */
  driftMostGonePercent: number;
  /** How long deliveries and runs are kept; 0: for ever. */
  retentionDays: number;
  /** How long the log of what people did is kept; 0: for ever. */
  auditRetentionDays: number;
  /** How long notes on cases are kept; 0: for ever. */
  notesRetentionDays: number;
  /** How long the newest deliveries and runs of what stays failed are kept; 0: for ever. */
  failedRetentionDays: number;
  provisionalLinks: boolean;
  /** What secrets of endpoints are sealed with: the first seals, all of them open. Empty: there can be none. */
  endpointSecretsKeys: readonly string[];
  /** In which private networks an endpoint may be (CIDR); empty: in none. */
  endpointPrivateNetworks: readonly string[];
  /** Whom alerts are told to, and from when on something is one. */
  alerts: AlertSettings;
  /** How the console is reached from outside; undefined: nobody has said so. */
  consoleUrl: string | undefined;
  /** Who gives the commands, for the audit log; undefined: this system's user. */
  operatorName: string | undefined;
  /** The company's own sign-in, for operators; null: they have passwords and links. */
  openIdConnect: OpenIdConnect | null;
  /** Whether operators may have passwords; false: they sign in with the company's account. */
  hasPasswords: boolean;
  /** Whether a password alone lets nobody in, also who has no passkey yet: they have to add one first. */
  needsSecondFactor: boolean;
  /** What this service is called, in log lines and traces. */
  service: string;
  /** Where traces go; null: there are none. */
  tracing: Tracing | null;
  production: boolean;
}>;

const identityOf = (settings: z.infer<typeof schema>) =>
  parseUserIdentity({
    rules: settings.USER_IDENTITY,
    metadataKey: settings.USER_METADATA_KEY,
    onConflict: settings.USER_IDENTITY_CONFLICT,
  });

const doorsOf = (settings: z.infer<typeof schema>) => ({
  port: settings.PORT,
  hasConsole: settings.CONSOLE,
  consolePort: settings.CONSOLE_PORT,
  consoleUrl: settings.CONSOLE_URL,
  metricsPort: settings.METRICS_PORT,
});

/** Every setting there is, by name. */
export const SETTING_NAMES = Object.keys(schema.shape);

/** Reads an environment (the process's own), and the files of secrets that it names. The only place that does. */
export const readEnv = (variables: Env = process.env): Env => withSecretFiles(variables);

/**
 * Puts the .env of the folder into the environment, which wins over it: for `npm run cli` and the installed package, but
 * never for `dev`, the sandbox, which would be beside the real Seam by it. `node src/main.ts` reads what it is told to.
 */
export const loadEnvFile = (isBuilt: boolean, command: string | undefined): void => {
  const isCalledByHand = isBuilt || process.env.npm_lifecycle_event === 'cli';
  if (isCalledByHand && command !== 'dev' && existsSync('.env')) process.loadEnvFile('.env');
};

/**
 * Turns an environment into settings. An empty value counts as absent, as docker compose sends it.
 * A list of workspaces stands in for SEAM_API_KEY and SEAM_WEBHOOK_SECRET, also where those are required.
 *
 * @throws ConfigError naming every setting that is wrong, and every one of `required` that is missing.
 */
export const parseConfig = (env: Env, required: readonly SettingName[] = []): Config => {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = schema.safeParse(present);
  const listed = listedWorkspaces(present, required);
  const faults = required
    .filter(name => !isGiven(present, name))
    .filter(name => listed === null || !OF_WORKSPACES.includes(name))
    // With a token instead of a key, what it needs is told.
    .filter(name => name !== 'SEAM_API_KEY' || !isGiven(present, 'SEAM_PERSONAL_ACCESS_TOKEN'))
    .map(name => `${name} is missing`);
  faults.push(...faultsOfFiles(present));
  faults.push(...faultsOfToken(present, required.includes('SEAM_API_KEY')));
  if (listed !== null) faults.push(...listed.faults);
  if (!parsed.success) {
    const nameOf = (path: readonly PropertyKey[]) => sourceOf(present, path.join('.'));
    faults.push(...parsed.error.issues.map(({ path, message }) => `${nameOf(path)} ${message}`));
  }
  const production = env.NODE_ENV === 'production';
  const company = openIdConnect(present, production);
  faults.push(...company.faults, ...alertFaults(name => isGiven(present, name)));
  if (parsed.success) {
    faults.push(...portFaults(doorsOf(parsed.data)), ...samplerFaults(parsed.data));
  }
  if (present.SIGN_IN === 'company' && company.settings === null && company.faults.length === 0) {
    faults.push(COMPANY_ONLY_FAULT);
  }
  const identified = parsed.success ? identityOf(parsed.data) : null;
  faults.push(...(identified?.faults ?? []).map(fault => `USER_IDENTITY ${fault}`));
  if (!parsed.success || identified === null || faults.length > 0) throw new ConfigError(faults);
  const settings = parsed.data;
  return {
    databaseUrl: settings.DATABASE_URL,
    migrateDatabaseUrl: settings.MIGRATE_DATABASE_URL,
    redisUrl: settings.REDIS_URL,
    personalAccessToken: settings.SEAM_PERSONAL_ACCESS_TOKEN,
    workspaces: listed?.workspaces ?? [
      {
        id: null,
        name: null,
        apiKey: settings.SEAM_API_KEY ?? null,
        webhookSecrets: settings.SEAM_WEBHOOK_SECRET ?? [],
      },
    ],
    seamEndpoint: settings.SEAM_ENDPOINT,
    webhookUrl: settings.WEBHOOK_URL,
    identity: identified.identity,
    users: usersTable(settings),
    host: settings.HOST,
    ...doorsOf(settings),
    databaseMaxBytes: settings.DATABASE_MAX_BYTES,
    trustProxy: settings.TRUST_PROXY,
    maxConnections: settings.MAX_CONNECTIONS,
    shutdownDelaySeconds: settings.SHUTDOWN_DELAY_SECONDS,
    logLevel: settings.LOG_LEVEL,
    workerConcurrency: settings.WORKER_CONCURRENCY,
    webviewLookAfterMinutes: settings.WEBVIEW_LOOK_AFTER_MINUTES,
    backfillEveryMinutes: settings.BACKFILL_EVERY_MINUTES,
    driftAtMinutes: settings.DRIFT_AT,
    driftMostGonePercent: settings.DRIFT_MOST_GONE_PERCENT,
    retentionDays: settings.RETENTION_DAYS,
    auditRetentionDays: settings.AUDIT_RETENTION_DAYS,
    notesRetentionDays: settings.NOTES_RETENTION_DAYS,
    failedRetentionDays: settings.FAILED_RETENTION_DAYS,
    provisionalLinks: settings.PROVISIONAL_LINKS,
    endpointSecretsKeys: settings.ENDPOINT_SECRETS_KEY ?? [],
    endpointPrivateNetworks: settings.ENDPOINT_PRIVATE_NETWORKS ?? [],
    alerts: alertSettings(settings),
    operatorName: settings.OPERATOR_NAME,
    openIdConnect: company.settings,
    hasPasswords: settings.SIGN_IN !== 'company',
    needsSecondFactor: settings.SECOND_FACTOR === 'required',
    ...tracingOf(settings),
    production,
  };
};
