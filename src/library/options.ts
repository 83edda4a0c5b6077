import type { Hooks } from '../model/hooks.ts';
import type { LogLevel, PinoLike } from '../ops/log-options.ts';

/* What `createReconciler` is told. Each option says the same as a setting of the service; docs/library.md lists them. */

/** One of Seam's workspaces. */
export type WorkspaceOptions = Readonly<{
  /** Seam's id of it. */
  id: string;
  /** What people call it. */
  name?: string | undefined;
  /** Its API key (`seam_…`), or a personal access token (`seam_at…`) that opens it. */
  apiKey: string;
  /** The signing secret of its webhook (`whsec_…`); several while you change it. */
  webhookSecret: string | readonly string[];
}>;

/** How Seam is reached, and how it reaches you. */
export type SeamOptions = Readonly<{
  /** Seam's API. @defaultValue `https://connect.getseam.com` */
  endpoint?: string | undefined;
  /**
   * The address at which Seam reaches the router, as it is registered with Seam, where its path is another than
   * `/webhooks/seam`: that of a router below a path is.
   */
  webhookUrl?: string | undefined;
}>;

/** Your own table of users, which is only read. */
export type UsersOptions = Readonly<{
  /** A table or view: `users`, or `schema.users`. @defaultValue `reconciler.users` */
  table?: string | undefined;
  /** @defaultValue `id` */
  idColumn?: string | undefined;
  nameColumn?: string | undefined;
  emailColumn?: string | undefined;
}>;

/** By what Seam's objects name your users. */
export type IdentityOptions = Readonly<{
  /** The key in `custom_metadata` that holds your user's id. @defaultValue `id` */
  metadataKey?: string | undefined;
  /** Instead of this key of the account's metadata and then the webview's: the rules, in their order. */
  rules?: readonly string[] | undefined;
  /** Where two rules name different users: the first decides, or a person is asked. @defaultValue `first` */
  onConflict?: 'first' | 'ask' | undefined;
}>;

/** The company's own sign-in to the console (OpenID Connect). */
export type CompanySignInOptions = Readonly<{
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The role of each group: `{ 'lock-support': 'support', oncall: 'on-call' }`. */
  roles: Readonly<Record<string, string>>;
  /** The claim that holds somebody's groups. @defaultValue `groups` */
  groupsClaim?: string | undefined;
}>;

/** The console at `/support`, and the API at `/api/v1`. */
export type ConsoleOptions = Readonly<{
  /**
   * How it is reached from outside: `https://support.example.com` (`http://` only for this machine itself); of a router below
   * a path with that path, `https://app.example.com/locks`. Without it the console's pages are left out, as no link to them
   * could be trusted, and `/support` is left to your app.
   */
  url?: string | undefined;
  /** `company`: nobody has a password, all sign in with the company's account. @defaultValue `any` */
  signIn?: 'any' | 'company' | undefined;
  /** `required`: a password alone lets nobody in. @defaultValue `optional` */
  secondFactor?: 'optional' | 'required' | undefined;
  company?: CompanySignInOptions | undefined;
}>;

/** What `work()` does. */
export type WorkerOptions = Readonly<{
  /** How many checks at a time for each workspace. They mostly wait for Seam. @defaultValue `10` */
  concurrency?: number | undefined;
  /** How often Seam's list of events is read for what no webhook brought, in minutes; 0: never. @defaultValue `10` */
  backfillEveryMinutes?: number | undefined;
  /** When all accounts in Seam are compared with our records (UTC); `off`: never. @defaultValue `03:30` */
  driftAt?: string | undefined;
  /** How many of a hundred accounts may end at once for that. @defaultValue `10` */
  driftMostGonePercent?: number | undefined;
  /** Whether signed events alone make links while Seam can't be reached. @defaultValue `true` */
  provisionalLinks?: boolean | undefined;
}>;

/** How long what is stored is kept, in days; 0: for ever. */
export type RetentionOptions = Readonly<{
  /** Deliveries and runs; at least 2. @defaultValue `90` */
  days?: number | undefined;
  /** The audit log; at least 30. @defaultValue `0` */
  auditDays?: number | undefined;
  /** Notes on connections. @defaultValue `0` */
  notesDays?: number | undefined;
  /** The newest deliveries and runs of what stays failed; at least 30. @defaultValue `0` */
  failedDays?: number | undefined;
}>;

/** Endpoints that are not hooks: URLs that messages are sent to. */
export type EndpointsOptions = Readonly<{
  /** What their secrets are sealed with, 32 characters at least; of several the first seals, and all open. */
  secretsKey?: string | readonly string[] | undefined;
  /** In which private networks one may be: `['10.20.0.0/16']`. */
  privateNetworks?: readonly string[] | undefined;
}>;

/** Whom alerts are told to, and from when on something is one. */
export type AlertsOptions = Readonly<{
  slackUrl?: string | readonly string[] | undefined;
  emailTo?: string | readonly string[] | undefined;
  emailFrom?: string | undefined;
  smtpUrl?: string | undefined;
  pagerDutyKey?: string | readonly string[] | undefined;
  pagerDutyUrl?: string | undefined;
  /** A URL of yours, signed as Standard Webhooks has it. */
  url?: string | undefined;
  urlSecret?: string | readonly string[] | undefined;
  /** @defaultValue `10` */
  seamMinutes?: number | undefined;
  /** @defaultValue `10` */
  backlogMinutes?: number | undefined;
  /** @defaultValue `10` */
  endpointMinutes?: number | undefined;
  /** @defaultValue `85` */
  diskPercent?: number | undefined;
  /** Where you keep the runbooks, for links. */
  runbooksUrl?: string | undefined;
}>;

/** What is the same with one workspace and with several. */
export type CommonOptions = Readonly<{
  /** Where everything is stored: `postgresql://…`. It can be your app's own database. */
  databaseUrl: string;
  /** The address that only `migrate()` uses, where it is another. */
  migrateDatabaseUrl?: string | undefined;
  /** Where the queue lives; without it, in Postgres. */
  redisUrl?: string | undefined;
  users?: UsersOptions | undefined;
  identity?: IdentityOptions | undefined;
  /** `false`: the router takes webhooks, and has neither the console nor the API. */
  console?: false | ConsoleOptions | undefined;
  worker?: WorkerOptions | undefined;
  retention?: RetentionOptions | undefined;
  endpoints?: EndpointsOptions | undefined;
  alerts?: AlertsOptions | undefined;
  /**
   * Functions of yours that `work()` calls with what the events say, by the type of the message: at least once each, in order
   * for each connection, and again later where one throws.
   */
  hooks?: Hooks | undefined;
  /** How the endpoint that these hooks are is found again: one for each role of your app that has other hooks. @defaultValue `app` */
  hooksName?: string | undefined;
  /** How many minutes after it was made a webview is checked, if no webhook has come. @defaultValue `15` */
  webviewLookAfterMinutes?: number | undefined;
  /** How large the database may get, in bytes. Alerts tell before it is full. */
  databaseMaxBytes?: number | undefined;
  /** Whether this process counts what it does, for `metrics()`. @defaultValue `false` */
  metrics?: boolean | undefined;
  /** Where log lines go. Without it, JSON lines to stderr. */
  logger?: PinoLike | undefined;
  /** How much is logged. With a `logger`: as that has it, where this isn't given. @defaultValue `info` */
  logLevel?: LogLevel | undefined;
}>;

type OneWorkspace = Readonly<{
  /** The workspace whose webhooks you receive. */
  seam: SeamOptions & Pick<WorkspaceOptions, 'apiKey' | 'webhookSecret'>;
  workspaces?: undefined;
}>;

type SeveralWorkspaces = Readonly<{
  /** All of them: what each has of its own is said here, and nothing of it in `seam`. */
  workspaces: readonly WorkspaceOptions[];
  seam?: (SeamOptions & Readonly<{ apiKey?: undefined; webhookSecret?: undefined }>) | undefined;
}>;

/** What `createReconciler` is told: of one workspace (`seam`), or of several (`workspaces`). */
export type Options = CommonOptions & (OneWorkspace | SeveralWorkspaces);
