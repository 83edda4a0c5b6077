import { once } from 'node:events';
import type { Express } from 'express';
import type { Db } from './database.ts';

type Served = {
  /** Tells the port to listen on, where PORT doesn't. */
  appUrl: string;
  db: Db;
  /** Ends what works besides the pages, and finishes what it has in hand. */
  stop?: () => Promise<void>;
};

/** Serves the app until it is told to stop; then what is in hand is finished. */
export const serve = (app: Express, { appUrl, db, stop }: Served): void => {
  const port = Number(process.env.PORT || new URL(appUrl).port || 3000);
  // This machine alone: the demo's sign-in asks for no password. Behind a proxy that is right, too.
  const host = process.env.HOST || '127.0.0.1';
  const server = app.listen(port, host, error => {
    if (error) throw error;
    console.log(`The example app: ${appUrl}`);
  });
  const leave = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    await stop?.();
    await closed;
    await db.$client.end();
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
};
