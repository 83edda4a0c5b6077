import type { schema } from '../config/schema.ts';
import type { CommonOptions, SeamOptions, WorkspaceOptions } from './options.ts';

/** What an option has to be, to become a setting's text. */
export type Kind = 'text' | 'texts' | 'number' | 'boolean' | 'roles';

export type Setting = keyof typeof schema.shape;
/** Which setting an option says, and what it has to be. */
type Entry = readonly [setting: Setting, kind: Kind];

/** The kinds that a value's type may be told as. */
type KindOf<Value> = Value extends boolean
  ? 'boolean'
  : Value extends number
    ? 'number'
    : Value extends string
      ? 'text'
      : Value extends readonly string[]
        ? 'texts'
        : never;

type EntryOf<Value> = readonly [
  Setting,
  [readonly string[]] extends [Value] ? 'texts' : KindOf<Value>,
];

type IsLeaf<Value> = [Value] extends [string | number | boolean | readonly string[]] ? true : false;

/** For each option its setting, so that none is forgotten or of another kind: the compiler holds the table to the options. */
type TableOf<Options> = {
  readonly [Name in keyof Options]-?: IsLeaf<NonNullable<Options[Name]>> extends true
    ? EntryOf<NonNullable<Options[Name]>>
    : Exclude<Options[Name], undefined | false> extends Readonly<Record<string, string>>
      ? string extends keyof Exclude<Options[Name], undefined | false>
        ? readonly [Setting, 'roles']
        : TableOf<Exclude<Options[Name], undefined | false>>
      : TableOf<Exclude<Options[Name], undefined | false>>;
};

/** What is a setting. */
type Plain = Omit<CommonOptions, 'logger' | 'hooks' | 'hooksName' | 'metrics'> & {
  readonly seam: SeamOptions & Pick<WorkspaceOptions, 'apiKey' | 'webhookSecret'>;
};

export const TABLE = {
  databaseUrl: ['DATABASE_URL', 'text'],
  migrateDatabaseUrl: ['MIGRATE_DATABASE_URL', 'text'],
  redisUrl: ['REDIS_URL', 'text'],
  seam: {
    apiKey: ['SEAM_API_KEY', 'text'],
    webhookSecret: ['SEAM_WEBHOOK_SECRET', 'texts'],
    endpoint: ['SEAM_ENDPOINT', 'text'],
    webhookUrl: ['WEBHOOK_URL', 'text'],
  },
  users: {
    table: ['USERS_TABLE', 'text'],
    idColumn: ['USERS_ID_COLUMN', 'text'],
    nameColumn: ['USERS_NAME_COLUMN', 'text'],
    emailColumn: ['USERS_EMAIL_COLUMN', 'text'],
  },
  identity: {
    metadataKey: ['USER_METADATA_KEY', 'text'],
    rules: ['USER_IDENTITY', 'texts'],
    onConflict: ['USER_IDENTITY_CONFLICT', 'text'],
  },
  console: {
    url: ['CONSOLE_URL', 'text'],
    signIn: ['SIGN_IN', 'text'],
    secondFactor: ['SECOND_FACTOR', 'text'],
    company: {
      issuer: ['OIDC_ISSUER', 'text'],
      clientId: ['OIDC_CLIENT_ID', 'text'],
      clientSecret: ['OIDC_CLIENT_SECRET', 'text'],
      roles: ['OIDC_ROLES', 'roles'],
      groupsClaim: ['OIDC_GROUPS_CLAIM', 'text'],
    },
  },
  worker: {
    concurrency: ['WORKER_CONCURRENCY', 'number'],
    backfillEveryMinutes: ['BACKFILL_EVERY_MINUTES', 'number'],
    driftAt: ['DRIFT_AT', 'text'],
    driftMostGonePercent: ['DRIFT_MOST_GONE_PERCENT', 'number'],
    provisionalLinks: ['PROVISIONAL_LINKS', 'boolean'],
  },
  retention: {
    days: ['RETENTION_DAYS', 'number'],
    auditDays: ['AUDIT_RETENTION_DAYS', 'number'],
    notesDays: ['NOTES_RETENTION_DAYS', 'number'],
    failedDays: ['FAILED_RETENTION_DAYS', 'number'],
  },
  endpoints: {
    secretsKey: ['ENDPOINT_SECRETS_KEY', 'texts'],
    privateNetworks: ['ENDPOINT_PRIVATE_NETWORKS', 'texts'],
  },
  alerts: {
    slackUrl: ['ALERT_SLACK_URL', 'texts'],
    emailTo: ['ALERT_EMAIL_TO', 'texts'],
    emailFrom: ['ALERT_EMAIL_FROM', 'text'],
    smtpUrl: ['SMTP_URL', 'text'],
    pagerDutyKey: ['ALERT_PAGERDUTY_KEY', 'texts'],
    pagerDutyUrl: ['ALERT_PAGERDUTY_URL', 'text'],
    url: ['ALERT_URL', 'text'],
    urlSecret: ['ALERT_URL_SECRET', 'texts'],
    seamMinutes: ['ALERT_SEAM_MINUTES', 'number'],
    backlogMinutes: ['ALERT_BACKLOG_MINUTES', 'number'],
    endpointMinutes: ['ALERT_ENDPOINT_MINUTES', 'number'],
    diskPercent: ['ALERT_DISK_PERCENT', 'number'],
    runbooksUrl: ['RUNBOOKS_URL', 'text'],
  },
  webviewLookAfterMinutes: ['WEBVIEW_LOOK_AFTER_MINUTES', 'number'],
  databaseMaxBytes: ['DATABASE_MAX_BYTES', 'number'],
  logLevel: ['LOG_LEVEL', 'text'],
} as const satisfies TableOf<Plain>;

/** The options that are no entry of the table, and the settings that they say. */
export const SAID_OTHERWISE = {
  workspaces: 'SEAM_WORKSPACES',
  console: 'CONSOLE',
} as const satisfies Readonly<Record<string, Setting>>;

/** Settings that a library has no use for, each with why. */
export const OF_THE_SERVICE_ALONE = {
  SEAM_PERSONAL_ACCESS_TOKEN: 'a token is given as the apiKey of each workspace that it opens',
  HOST: 'the app listens',
  PORT: 'the app listens',
  CONSOLE_PORT: 'the app listens',
  METRICS_PORT: 'the app listens, and serves what metrics() says',
  TRUST_PROXY: 'the app’s "trust proxy" counts',
  MAX_CONNECTIONS: 'the app’s server limits its connections',
  SHUTDOWN_DELAY_SECONDS: 'when to call stop() the app decides',
  OPERATOR_NAME: 'who gave a command; what the app does is put down to the app',
  OTEL_SDK_DISABLED: 'traces of the app’s process are the app’s',
  OTEL_TRACES_EXPORTER: 'traces of the app’s process are the app’s',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'traces of the app’s process are the app’s',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'traces of the app’s process are the app’s',
  OTEL_EXPORTER_OTLP_HEADERS: 'traces of the app’s process are the app’s',
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'traces of the app’s process are the app’s',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'traces of the app’s process are the app’s',
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'traces of the app’s process are the app’s',
  OTEL_SERVICE_NAME: 'log lines are those of the app’s logger',
  OTEL_RESOURCE_ATTRIBUTES: 'traces of the app’s process are the app’s',
  OTEL_TRACES_SAMPLER: 'traces of the app’s process are the app’s',
  OTEL_TRACES_SAMPLER_ARG: 'traces of the app’s process are the app’s',
} as const satisfies Readonly<Partial<Record<Setting, string>>>;

type Node = Entry | Readonly<{ [name: string]: Node }>;

const isEntry = (node: Node): node is Entry => Array.isArray(node);

/** Every option that is a setting's, with where it stands: `['seam', 'apiKey']`. */
export const ENTRIES: readonly Readonly<{
  path: readonly string[];
  setting: Setting;
  kind: Kind;
}>[] = (() => {
  const within = (node: Node, path: readonly string[]): typeof ENTRIES => {
    if (!isEntry(node)) {
      return Object.entries(node).flatMap(([name, inner]) => within(inner, [...path, name]));
    }
    const [setting, kind] = node;
    return [{ path, setting, kind }];
  };
  return within(TABLE, []);
})();
