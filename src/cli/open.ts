import os from 'node:os';
import { type Actor, shellActor } from '../access/actor.ts';
import { type Context, createContext } from '../app/context.ts';
import { createDesk } from '../app/desk.ts';
import { type Config, type Env, parseConfig, type SettingName } from '../config/config.ts';
import { isGiven } from '../config/secret-files.ts';
import { IS_BUILT } from '../ops/built.ts';
import { createLogger } from '../ops/log.ts';
import { createSeams, type SeamOfWorkspace } from '../seam/workspaces.ts';
import type { Desk } from '../support/desk.ts';
import { withLaptopSettings } from './laptop.ts';
import { printNotice } from './print.ts';

export type Output = { json?: true };

/**
 * Opens what commands that look at data need, with the settings of a running `npm start` where none are
 * given; and the workspaces, to call them by their names. @throws ConfigError
 */
export const openContext = (env: Env): Context & Pick<Config, 'workspaces'> & WhoAsks => {
  const { context, config } = open(env, ['DATABASE_URL']);
  return { ...context, workspaces: config.workspaces, actor: actorOf(config) };
};

/** Whom the audit log names. */
type WhoAsks = Readonly<{ actor: Actor }>;

/** Whoever runs the command, as the audit log names them. */
export const actorOf = ({ operatorName }: Config): Actor =>
  shellActor(operatorName ?? os.userInfo().username);

/** The same for a command that asks Seam, too: with the Seam of each workspace of the settings. */
export const openWithSeam = (
  env: Env,
): WhoAsks & { context: Context; config: Config; workspaces: readonly SeamOfWorkspace[] } => {
  const { context, config } = open(env, ['DATABASE_URL', 'SEAM_API_KEY']);
  return { context, config, workspaces: createSeams(config), actor: actorOf(config) };
};

/** The same for what a person does: with the desk, and how the console is reached. @throws ConfigError */
export const openDesk = (
  env: Env,
): { desk: Desk; consoleUrl: string | null } & WhoAsks & AsyncDisposable => {
  const { context, config } = open(env, ['DATABASE_URL']);
  return {
    desk: createDesk(context, context.database, config),
    actor: actorOf(config),
    consoleUrl: config.consoleUrl?.replace(/\/$/, '') ?? null,
    [Symbol.asyncDispose]: () => context[Symbol.asyncDispose](),
  };
};

const open = (env: Env, required: readonly SettingName[]): { context: Context; config: Config } => {
  const settings = withLaptopSettings(env);
  if (!isGiven(settings, 'DATABASE_URL') && !env.NODE_ENV) {
    const why = IS_BUILT ? '' : '"npm start" isn\'t running here, so ';
    printNotice(`${why}DATABASE_URL must be set.`);
  }
  const config = parseConfig(settings, required);
  const context = createContext({
    databaseUrl: config.databaseUrl ?? '',
    redisUrl: config.redisUrl,
    workspaces: config.workspaces,
    log: createLogger({
      level: env.LOG_LEVEL ? config.logLevel : 'error',
      pretty: process.stderr.isTTY === true,
    }),
    name: 'seam-reconciler cli',
    maxConnections: 4,
  });
  return { context, config };
};
