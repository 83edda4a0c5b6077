import express from 'express';
import {
  type Connection,
  type ConnectOptions,
  createReconciler,
  type Health,
  type HookGiven,
  type Hooks,
  type LogLevel,
  type MessageOf,
  type MessageType,
  type Options,
  OptionsError,
  type Reconciler,
  ReconcilerError,
  type ReconcilerFault,
  type ReconcilerRouter,
  type UserAccount,
  type UserId,
  VERSION,
  type WorkspaceOptions,
} from 'seam-reconciler';

/* An app that has all of the package's surface; test/package type-checks it. It isn't run. */

const note = async (
  { type, data }: MessageOf<'account.disconnected' | 'account.reconnected'>,
  { signal }: HookGiven,
): Promise<void> => {
  const before: string | null = data.before.state;
  console.log(type, data.connected_account_id, data.state, before, signal.aborted);
};

const hooks: Hooks = {
  'account.linked': async ({ type, timestamp, data }, { signal }) => {
    data.user_id satisfies string;
    data.before.user_id satisfies null;
    signal.throwIfAborted();
    console.log(
      type satisfies 'account.linked',
      new Date(timestamp),
      data.connected_account_id,
      data.is_provisional,
    );
  },
  'account.relinked': ({ data }) =>
    console.log(data.before.user_id.length, data.because ?? 'no reason'),
  'account.disconnected': note,
  'account.reconnected': note,
  'webview.login_failed': ({ data }) => data.connect_webview_id satisfies string,
};

const seam = { apiKey: 'seam_test', webhookSecret: ['whsec_one', 'whsec_two'] };

const options: Options = {
  databaseUrl: 'postgresql://app@localhost/app',
  migrateDatabaseUrl: 'postgresql://owner@localhost/app',
  redisUrl: 'redis://localhost',
  seam: { ...seam, endpoint: 'https://connect.getseam.com', webhookUrl: 'https://a.example/locks' },
  users: { table: 'public.users', idColumn: 'id', nameColumn: 'name', emailColumn: 'email' },
  identity: { metadataKey: 'id', rules: ['account.metadata.id'], onConflict: 'ask' },
  console: {
    url: 'https://a.example/locks',
    signIn: 'company',
    secondFactor: 'required',
    company: {
      issuer: 'https://id.example',
      clientId: 'a',
      clientSecret: 'b',
      roles: { oncall: 'on-call' },
    },
  },
  worker: { concurrency: 5, backfillEveryMinutes: 10, driftAt: 'off', provisionalLinks: false },
  retention: { days: 30, auditDays: 0, notesDays: 0, failedDays: 60 },
  endpoints: { secretsKey: ['one', 'two'], privateNetworks: ['10.20.0.0/16'] },
  alerts: { slackUrl: 'https://hooks.slack.example', backlogMinutes: 5 },
  hooks,
  hooksName: 'app',
  webviewLookAfterMinutes: 20,
  databaseMaxBytes: 1e10,
  logLevel: 'warn',
  logger: undefined,
};

const workspace: WorkspaceOptions = {
  id: 'a',
  name: 'Homes',
  apiKey: 'seam_test',
  webhookSecret: 'whsec_a',
};
const ofSeveral = createReconciler({
  databaseUrl: 'postgresql://app@localhost/app',
  workspaces: [workspace],
  seam: { endpoint: 'https://connect.getseam.com' },
  console: false,
});

const reconciler: Reconciler = createReconciler(options);
const router: ReconcilerRouter = reconciler.router;
const app = express();
app.use(router);
app.use('/locks', ofSeveral.router);
app.use(express.Router().use('/deeper', reconciler.router), express.json());

const wanted: ConnectOptions = {
  redirectUrl: 'https://a.example',
  acceptedProviders: ['august'],
  deviceSelectionMode: 'single',
  metadata: { plan: 'basic' },
  workspace: 'Homes',
  signal: AbortSignal.timeout(1_000),
};

export const use = async (userId: UserId, type: MessageType, level: LogLevel): Promise<string> => {
  await reconciler.migrate();
  await reconciler.work();
  try {
    const made: Connection = await reconciler.connect(userId, wanted);
    const again = await reconciler.connect(1n, { accountId: 'a' });
    const accounts: UserAccount[] = await reconciler.accountsOf(7);
    const health: Health = await reconciler.health();
    const since: Date | null | undefined = accounts[0]?.state_since;
    return [made.url, again.lookAt.toISOString(), since, health.ready, health.checks.database].join(
      ' ',
    );
  } catch (error) {
    if (error instanceof OptionsError) return error.faults.join(' ');
    if (!(error instanceof ReconcilerError)) throw error;
    const code: ReconcilerFault = error.code;
    return code === 'not_their_account' ? type : level;
  } finally {
    await reconciler.stop();
    console.log(VERSION satisfies string);
  }
};
