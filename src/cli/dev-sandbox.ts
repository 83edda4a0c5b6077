import type { Context } from '../app/context.ts';
import { createDesk } from '../app/desk.ts';
import type { Config } from '../config/config.ts';
import { ListenError, startHttpServer } from '../http/server.ts';
import type { Disposables } from '../ops/disposables.ts';
import { createSandboxApp, type SandboxApp } from '../sandbox/app.ts';
import { createSandboxRouter } from '../sandbox/control.ts';
import { readOwnSecrets, registerPretendApp } from '../sandbox/own-endpoint.ts';
import { appPath } from '../sandbox/pretend/layout.ts';
import { createPretendRouter } from '../sandbox/pretend/router.ts';
import { createToldRouter, MESSAGES_PATH } from '../sandbox/pretend/told.ts';
import { createReceiver } from '../sandbox/receiver.ts';
import type { SandboxSeam } from '../sandbox/seam.ts';
import { nameAtSeam, namingKeys } from '../support/accounts/naming.ts';

/** The sandbox's own pages and commands, and what they act on. */
export type Control = Readonly<{ url: string; app: SandboxApp; seam: SandboxSeam }>;

/**
 * Starts the sandbox's own server, which also plays the app that is told: so that app is made an endpoint.
 *
 * @param web where webhooks go
 */
export const startControl = async (
  services: Disposables,
  context: Context,
  config: Config,
  seam: SandboxSeam,
  web: { url: string; port: number },
  consoleUrl: string,
): Promise<Control> => {
  const secret = config.workspaces[0]?.webhookSecrets[0] ?? '';
  const webhookUrl = `${web.url}/webhooks/seam`;
  await seam.registerEndpoint(webhookUrl, secret);
  const { identity } = config;
  const nameUser = async (userId: string | true) => {
    const name = userId === true || (await nameAtSeam(context.database.pool, identity, userId));
    return Object.fromEntries(namingKeys(identity).map(key => [key, name]));
  };
  const app = createSandboxApp({ seam, webhookUrl, secret, nameUser });
  const {
    log,
    database: { db, pool },
  } = context;
  const routers = [
    createSandboxRouter(app, seam, db),
    createPretendRouter({ app, seam, db, consoleUrl }),
    createToldRouter(
      createReceiver(() => readOwnSecrets(pool, config.endpointSecretsKeys)),
      consoleUrl,
    ),
  ];
  const listen = (port: number) => startHttpServer({ host: '127.0.0.1', port, routers, log });
  // Beside the console, where that is free: an address that is the same the next time.
  const server = await listen(web.port + 1).catch((error: unknown) => {
    if (error instanceof ListenError) return listen(0);
    throw error;
  });
  services.use(server);
  await seam.showWebviewsAt(id => `${server.url}${appPath('webviews', id)}`);
  const desk = createDesk(context, context.database, config);
  await registerPretendApp(desk, `${server.url}${MESSAGES_PATH}`);
  return { url: server.url, app, seam };
};
