import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Context, createContext } from '../app/context.ts';
import { type Doors, openDoors } from '../app/doors.ts';
import { startHeartbeat } from '../app/heartbeat.ts';
import { metricsFor, startMetrics } from '../app/metrics.ts';
import { startTracing } from '../app/tracing.ts';
import { startWatch } from '../app/watch.ts';
import { startWork } from '../app/worker.ts';
import { type Config, ConfigError, type Env, parseConfig } from '../config/config.ts';
import { isGiven } from '../config/secret-files.ts';
import { toSettings } from '../config/workspaces.ts';
import { startEmbeddedPostgres } from '../db/embedded.ts';
import { runMigrations } from '../db/migrate.ts';
import { Disposables } from '../ops/disposables.ts';
import { createLogger } from '../ops/log.ts';
import { listenForStop } from '../ops/shutdown.ts';
import { seedUsers } from '../sandbox/app.ts';
import { TOLD_PATH } from '../sandbox/pretend/told.ts';
import { type SandboxSeam, startSandboxSeam } from '../sandbox/seam.ts';
import { playStory, storyTable } from '../sandbox/story.ts';
import { givenOf } from './app-settings.ts';
import { type Control, startControl } from './dev-sandbox.ts';
import { CommandError, EXIT } from './exit.ts';
import {
  announceRunning,
  DATA_FOLDER,
  endpointSettings,
  findRunning,
  withOwnEndpointSettings,
} from './laptop.ts';
import { signInUrl } from './laptop-operator.ts';
import { formatTable, printLine } from './print.ts';

const SANDBOX_STATE = path.join(DATA_FOLDER, 'sandbox-seam.json');
/** What each workspace of a list needs; for the only one `dev` brings what lacks. */
const WHOLE = ['SEAM_API_KEY', 'SEAM_WEBHOOK_SECRET'] as const;
const SANDBOX_SECRET = path.join(DATA_FOLDER, 'sandbox-webhook-secret');
/** Written once the story has been told to its end. */
const STORY_TOLD = path.join(DATA_FOLDER, 'story-told');

/** `dev` (npm start): all of it on this machine; what no setting names, it brings itself. */
export const dev = async (env: Env): Promise<number> => {
  const config = withOwnEndpointSettings(
    parseConfig(env, isGiven(env, 'SEAM_WORKSPACES') ? WHOLE : []),
  );
  const usesSandbox = config.workspaces.every(({ apiKey }) => apiKey === null);
  insistOnWholeSettings(config, usesSandbox);
  const running = findRunning();
  if (running !== null) {
    const message = `"npm start" is already running here (process ${running.pid}). Stop that one first.`;
    throw new CommandError(message, EXIT.refused);
  }
  // The sandbox tells its story in words; beside a real Seam the log is what there is to see.
  const level = env.LOG_LEVEL || !usesSandbox ? config.logLevel : 'warn';
  mkdirSync(DATA_FOLDER, { recursive: true });
  const { service, tracing } = config;
  const pretty = process.stderr.isTTY === true;
  const log = createLogger({ level, pretty, service, isTraced: tracing !== null });
  using stop = listenForStop(log);
  await using stack = new Disposables();
  stack.defer(() => printLine('Stopped. The data is kept.'));

  const databaseUrl = config.databaseUrl ?? stack.use(await startOwnPostgres()).url;
  await using _tracing = await startTracing(config, log);
  const metrics = await metricsFor(config);
  await using context = createContext({
    instruments: metrics?.instruments,
    databaseUrl,
    redisUrl: config.redisUrl,
    workspaces: config.workspaces,
    log,
    name: 'seam-reconciler dev',
    // Of the first six: one for measuring, one for telling of alerts.
    maxConnections: 6 + config.workerConcurrency * config.workspaces.length,
  });
  printLine('Updating the database …');
  await runMigrations(databaseUrl, context.backend.migrations, { log });

  const isFirstTime = !existsSync(STORY_TOLD);
  const sandbox = usesSandbox ? stack.use(await startSandboxSeam(SANDBOX_STATE)) : null;
  const services = new Disposables();
  await using _services = services;
  const settings = sandbox === null ? config : sandboxSettings(config, sandbox);
  context.served.replace(settings.workspaces);
  const worker = services.use(await startWork(context, settings));
  const doors = services.use(await openDoors(context, { ...settings, databaseUrl }, { worker }));
  const web = doors.webhooks;
  services.use(startHeartbeat({ pool: context.database.pool, kind: () => 'serve', worker, log }));
  const scraped = services.use(await startMetrics(context, metrics, config));
  if (scraped !== undefined) printLine(`For Prometheus: ${scraped.url}/metrics`);
  printLine(`Listening: ${web.url}/webhooks/seam (queue in ${context.backend.kind}).`);
  const consoleUrl = consoleUrlOf(config, doors);
  const control =
    sandbox === null
      ? null
      : await startControl(services, context, settings, sandbox, web, consoleUrl ?? web.url);
  // The sandbox's endpoint is registered by now: a watch that asks before that would find it missing.
  services.use(startWatch(context, { ...settings, consoleUrl: consoleUrl ?? undefined }));
  using _announced = announceRunning({
    pid: process.pid,
    databaseUrl,
    redisUrl: config.redisUrl ?? null,
    sandboxUrl: control?.url ?? null,
    consoleUrl,
    seamSettings: {
      SEAM_ENDPOINT: settings.seamEndpoint,
      ...toSettings(settings.workspaces),
    },
    appSettings: { ...givenOf(env), ...endpointSettings(config) },
  });
  const welcome = async (): Promise<void> => {
    if (control !== null) await tellStory(context, control, isFirstTime);
    await printAddresses(context, consoleUrl, control);
  };
  await Promise.race([welcome(), stop.asked]);
  await stop.asked;
  return EXIT.done;
};

/** Null where no console is offered. */
const consoleUrlOf = (config: Config, doors: Doors): string | null =>
  doors.console === null ? null : (config.consoleUrl ?? doors.console.url).replace(/\/$/, '');

/** Kept, so that what is stored can be verified again later. */
const ownSecret = (): string => {
  if (!existsSync(SANDBOX_SECRET)) {
    const secret = `whsec_${randomBytes(24).toString('base64')}`;
    writeFileSync(SANDBOX_SECRET, secret, { mode: 0o600 });
  }
  return readFileSync(SANDBOX_SECRET, 'utf8');
};

/** @throws ConfigError for settings that only make sense together, and in production for any that lacks */
const insistOnWholeSettings = (config: Config, usesSandbox: boolean): void => {
  const faults: string[] = [];
  if (!usesSandbox && config.workspaces.some(({ webhookSecrets }) => webhookSecrets.length === 0)) {
    faults.push(
      'SEAM_WEBHOOK_SECRET is missing (SEAM_API_KEY is set, so this would use the real Seam)',
    );
  }
  if (config.production) {
    if (config.databaseUrl === undefined) {
      faults.push('DATABASE_URL is missing (nothing embedded is used under NODE_ENV=production)');
    }
    if (usesSandbox) {
      faults.push('SEAM_API_KEY is missing (there is no sandbox under NODE_ENV=production)');
    }
  }
  if (faults.length > 0) throw new ConfigError(faults);
};

const startOwnPostgres = () => {
  printLine('Starting a local PostgreSQL (data in .data/postgres) …');
  return startEmbeddedPostgres({ dataDir: path.join(DATA_FOLDER, 'postgres') });
};

/** The sandbox is the only workspace, unless "sandbox fill" has made others. */
const sandboxSettings = (config: Config, { apiKey, endpoint, workspaces }: SandboxSeam): Config => {
  const [own] = config.workspaces;
  const secrets = own?.webhookSecrets ?? [];
  const webhookSecrets = secrets.length > 0 ? secrets : [ownSecret()];
  const isAlone = workspaces.length === 1 || own?.id !== null;
  return {
    ...config,
    seamEndpoint: endpoint,
    workspaces: isAlone
      ? config.workspaces.map(each => ({
          ...each,
          apiKey,
          webhookSecrets: each.webhookSecrets.length > 0 ? each.webhookSecrets : webhookSecrets,
        }))
      : workspaces.map((each, index) => ({
          ...each,
          webhookSecrets: index === 0 ? webhookSecrets : [],
        })),
  };
};

const tellStory = async (
  { database }: Context,
  { app, seam }: Control,
  isFirstTime: boolean,
): Promise<void> => {
  const { db } = database;
  await seedUsers(db);
  printLine();
  if (isFirstTime) {
    printLine("This is the sandbox: Seam's own fake, three users and pretend Connect Webviews.");
    await playStory({ app, seam, db }, line => printLine(` • ${line}`));
    writeFileSync(STORY_TOLD, '');
  } else {
    printLine('This is the sandbox, as you left it (remove .data to start over).');
  }
  const table = await storyTable(db);
  printLine();
  printLine(formatTable(['USER', 'ACCOUNT', 'STATE', 'FIND IT BY'], table));
  printLine();
  printLine('Try, in another terminal:');
  printLine(`  npm run cli -- show ${table[0]?.at(-1) ?? 'ada'}`);
  printLine('  npm run cli -- list --state failed');
  printLine('  npm run cli -- sandbox connect --user alan');
  printLine('  npm run cli -- webview create --user ada');
  printLine('  npm run cli -- doctor');
};

/** Last, so that nobody has to scroll up for them. */
const printAddresses = async (
  context: Context,
  consoleUrl: string | null,
  control: Control | null,
): Promise<void> => {
  printLine();
  printLine('In your browser:');
  if (consoleUrl !== null) {
    printLine(`  The support desk: ${await signInUrl(context, consoleUrl)}`);
  }
  if (control === null) printLine('Waiting for webhooks from the real Seam. Press Ctrl-C to stop.');
  else {
    printLine(`  The pretend app:  ${control.url}/app`);
    printLine('  A whole app:      npm run example (in another terminal)');
    printLine(`  What it is told:  ${control.url}${TOLD_PATH}`);
    printLine();
    printLine('Press Ctrl-C to stop.');
  }
};
