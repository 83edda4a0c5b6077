import type { Express } from 'express';

/**
 * Serves the app until it is told to stop.
 *
 * @param appUrl tells the port to listen on, where PORT doesn't
 * @param close what is to be closed once the last request has been answered
 */
export const serve = (app: Express, appUrl: string, close: () => Promise<unknown>): void => {
  const port = Number(process.env.PORT || new URL(appUrl).port || 3000);
  const server = app.listen(port, error => {
    if (error) throw error;
    console.log(`The example app: ${appUrl}`);
  });
  const stop = (): void => {
    server.close(() => void close());
    server.closeIdleConnections();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
};
