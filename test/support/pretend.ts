import type { Db } from '../../src/db/client.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { createSandboxApp, type SandboxApp, seedUsers } from '../../src/sandbox/app.ts';
import { createSandboxRouter } from '../../src/sandbox/control.ts';
import { createPretendRouter } from '../../src/sandbox/pretend/router.ts';
import type { SandboxSeam } from '../../src/sandbox/seam.ts';
import { SECRET, silentLog } from './settings.ts';

/** The sandbox's own pages and commands, as `npm start` serves them, before a reconciler at `consoleUrl`. */
export const openPretendApp = async (
  seam: SandboxSeam,
  db: Db,
  consoleUrl: string,
): Promise<{ url: string; app: SandboxApp } & AsyncDisposable> => {
  const webhookUrl = `${consoleUrl}/webhooks/seam`;
  const app = createSandboxApp({ seam, webhookUrl, secret: SECRET, metadataKey: 'id' });
  await seedUsers(db);
  const routers = [
    createSandboxRouter(app, seam, db),
    createPretendRouter({ app, seam, db, consoleUrl }),
  ];
  const server = await startHttpServer({ host: '127.0.0.1', port: 0, routers, log: silentLog });
  return { url: server.url, app, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
};
