import type { Router } from 'express';
import type { Config } from '../config/config.ts';
import { consoleWithheld } from '../config/doors.ts';
import { mostConnections, openFilesLimit } from '../http/connections.ts';
import { type HttpServer, startHttpServer } from '../http/server.ts';
import { Disposables } from '../ops/disposables.ts';
import type { Context } from './context.ts';
import type { DeskConfig, DeskHost, openDeskRouters } from './desk.ts';
import { startWeb } from './web.ts';
import type { Work } from './worker.ts';

/** Where webhooks come in, and people: one port or two. */
export type Doors = Readonly<{
  webhooks: HttpServer;
  /** Null where no console is offered; the webhooks' own where they share a port. */
  console: HttpServer | null;
}> &
  AsyncDisposable;

/**
 * The console and the API, which are loaded only now.
 *
 * @param withheld why the pages are left out; null: they aren't
 */
export const loadDesk = async (
  context: Context,
  config: DeskConfig & { databaseUrl: string },
  withheld: string | null,
  host: DeskHost = {},
): Promise<ReturnType<typeof openDeskRouters>> =>
  (await import('./desk.ts')).openDeskRouters(context, config, withheld, host);

/**
 * Opens what the settings say: the webhooks' port, with the console and the API or without, and theirs.
 * Nothing of the support desk is loaded under CONSOLE=off. Where its pages have no address that can be trusted, they
 * are left out, and that is told: webhooks and programs are served all the same.
 *
 * @param beside.worker the one that this process runs, too
 */
export const openDoors = async (
  context: Context,
  config: Config & { databaseUrl: string; sharesPort?: boolean; leaving?: AbortSignal },
  { worker }: { worker?: Pick<Work, 'assertProgress'> | undefined } = {},
): Promise<Doors> => {
  await using opening = new Disposables();
  const { hasConsole, consolePort, host, trustProxy, sharesPort = false, leaving } = config;
  const isApart = hasConsole && consolePort !== undefined;
  const maxConnections =
    config.maxConnections ?? mostConnections(openFilesLimit(), isApart ? 2 : 1);
  const common = { trustProxy, maxConnections, sharesPort, leaving };
  const withheld = consoleWithheld(config);
  if (withheld !== null) context.log.error(`The support desk is not offered: ${withheld}.`);
  const routers: readonly Router[] = hasConsole
    ? opening.use(await loadDesk(context, config, withheld)).routers
    : [];
  const web = { ...config, ...common };
  const webhooks = opening.use(
    await startWeb(context, web, { worker, routers: isApart ? [] : routers }),
  );
  const own = isApart
    ? opening.use(
        await startHttpServer({ ...common, host, port: consolePort, routers, log: context.log }),
      )
    : null;
  if (own !== null) context.log.info({ url: own.url }, 'listening for the console and the API');
  const opened = opening.move();
  return {
    webhooks,
    console: hasConsole && withheld === null ? (own ?? webhooks) : null,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
};
