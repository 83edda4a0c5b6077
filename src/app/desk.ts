import { Router } from 'express';
import { createApiRouter } from '../api/app.ts';
import type { Config } from '../config/config.ts';
import { createConsoleRouter } from '../console/app.ts';
import { createRawQueue } from '../console/raw-queue/raw-queue.ts';
import { createCompany } from '../console/sign-in/company.ts';
import {
  createDeviceCookie,
  createKeysCookie,
  createPasskeyCookie,
  createSessionCookie,
} from '../console/sign-in/cookie.ts';
import { createWithheldRouter } from '../console/withheld.ts';
import { type Database, openDatabase } from '../db/client.ts';
import { basePathOf, createMount } from '../http/mount.ts';
import { createSecretGuard } from '../http/secret-guard.ts';
import { createSecurityLog, type SecurityLog, tellingThrottled } from '../http/security-log.ts';
import type { Instruments } from '../metrics/instruments.ts';
import { CHALLENGE_MINUTES } from '../operators/passkeys/challenges.ts';
import { REMEMBERED_DAYS } from '../operators/places.ts';
import { startArranging } from '../outbox/arranging.ts';
import { createSeams } from '../seam/workspaces.ts';
import type { Desk } from '../support/desk.ts';
import { createUserDirectory } from '../users/directory.ts';
import { createProfiles } from '../users/profiles.ts';
import { CONSOLE_CONNECTIONS } from './connections.ts';
import type { Context } from './context.ts';

/** What the support desk is told by the settings. */
export type DeskConfig = Pick<
  Config,
  | 'databaseUrl'
  | 'users'
  | 'seamEndpoint'
  | 'identity'
  | 'webviewLookAfterMinutes'
  | 'consoleUrl'
  | 'consolePort'
  | 'port'
  | 'openIdConnect'
  | 'hasPasswords'
  | 'needsSecondFactor'
  | 'endpointSecretsKeys'
  | 'endpointPrivateNetworks'
  | 'production'
  | 'alerts'
>;

/** All that a person's work needs, over these connections. */
export const createDesk = (
  {
    queues,
    endpointQueue,
    served,
    log,
    instruments,
  }: Pick<Context, 'queues' | 'endpointQueue' | 'served' | 'log' | 'instruments'>,
  { db, pool }: Pick<Database, 'db' | 'pool'>,
  config: DeskConfig,
): Desk => {
  const users = createUserDirectory(pool, config.users);
  const seams = served.from(workspaces =>
    workspaces.every(({ apiKey }) => apiKey !== null)
      ? createSeams({ ...config, workspaces, onCall: instruments.seamCall })
      : [],
  );
  return {
    db,
    pool,
    queues,
    users,
    profiles: createProfiles(pool, users, config.users),
    get seams() {
      return seams();
    },
    config: {
      ...config,
      get workspaces() {
        return served.now();
      },
    },
    outgoing: {
      secretsKeys: config.endpointSecretsKeys,
      privateNetworks: config.endpointPrivateNetworks,
      addToQueue: endpointQueue.addToQueue,
      news: endpointQueue.news,
    },
    log,
    security: countSignIns(createSecurityLog(log), instruments),
  };
};

const SIGN_INS = {
  signed_in: 'signed_in',
  sign_in_failed: 'failed',
  sign_in_throttled: 'throttled',
} as const;

/** Each try to sign in is told to the log of security, whatever the way. */
const countSignIns = (security: SecurityLog, instruments: Instruments): SecurityLog => ({
  ...security,
  tell: (event, ...told) => {
    if (event in SIGN_INS) instruments.signIn(SIGN_INS[event as keyof typeof SIGN_INS]);
    return security.tell(event, ...told);
  },
});

/** As CONSOLE_URL says; else where it listens on this machine. Never as a request says. */
const publicUrlOf = ({ consoleUrl, consolePort, port, production }: DeskConfig): string => {
  if (consoleUrl !== undefined) return consoleUrl.replace(/\/$/, '');
  const own = consolePort ?? port;
  return production || own === 0 ? '' : `http://127.0.0.1:${own}`;
};

/** For so long a browser keeps that somebody wants no single keys. */
const KEYS_DAYS = 365;

/** Whose app the console and the API are in. */
export type DeskHost = Readonly<{ ownsHost?: boolean; tell?: (words: string) => string }>;

/**
 * The console and the API, for a web server.
 *
 * @param withheld why people get no page but one that says so; null: they get all
 * @param host.ownsHost whether nothing but ours is at this host; else what is withheld has no page, as its paths are the app's
 * @param host.tell what is said of settings, in the words of whoever has set them; left out: as it is
 */
export const openDeskRouters = (
  context: Context,
  config: DeskConfig & { databaseUrl: string },
  withheld: string | null,
  { ownsHost = true, tell }: DeskHost = {},
): { routers: readonly Router[] } & AsyncDisposable => {
  const { log } = context;
  const name = 'seam-reconciler console';
  const database = openDatabase({ url: config.databaseUrl, name, max: CONSOLE_CONNECTIONS, log });
  context.instruments.pool('console', database.pool);
  const desk = createDesk(context, database, config);
  const { onStep, endpointQueue } = context;
  const arranging = startArranging({
    ...{ pool: database.pool, log, onStep },
    onArranged: endpointQueue.news,
  });
  const { consoleUrl } = config;
  const mount = createMount(consoleUrl === undefined ? null : basePathOf(consoleUrl), log, tell);
  const publicUrl = withheld === null ? publicUrlOf(config) : '';
  const isSecure = config.production || publicUrl.startsWith('https:');
  const cookie = createSessionCookie({ isSecure });
  const device = createDeviceCookie(isSecure, REMEMBERED_DAYS * 24 * 60 * 60);
  const passkeyCookie = createPasskeyCookie(isSecure, CHALLENGE_MINUTES * 60);
  const keys = createKeysCookie(isSecure, KEYS_DAYS * 24 * 60 * 60);
  const guard = tellingThrottled(createSecretGuard(), desk.security);
  const { backend, served } = context;
  const rawQueue = createRawQueue({ backend, workspaces: served.now, log });
  const { openIdConnect } = config;
  const company =
    openIdConnect === null ? null : createCompany(openIdConnect, { publicUrl, isSecure });
  const openPages = (): Router => {
    if (withheld !== null) return ownsHost ? createWithheldRouter(withheld, mount) : Router();
    return createConsoleRouter({
      desk,
      cookie,
      device,
      passkeyCookie,
      keys,
      guard,
      company,
      publicUrl,
      mount,
      ownsHost,
      rawQueue,
      log,
    });
  };
  return {
    routers: [
      createNudgingRouter(arranging.nudge),
      openPages(),
      createApiRouter({ desk, guard, publicUrl, mount, log }),
    ],
    [Symbol.asyncDispose]: async () => {
      desk.security.flush();
      await arranging[Symbol.asyncDispose]();
      await rawQueue[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};

/** What somebody has changed, the app is told of at once. */
const createNudgingRouter = (nudge: () => void): Router =>
  Router().use((request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') response.once('close', nudge);
    next();
  });
