import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Router } from 'express';
import type { Logger } from '../log.ts';
import { errorHandler, notFound } from './errors.ts';

/** An HTTP server that is listening. Disposing of it answers what was accepted, then closes. */
export type HttpServer = Readonly<{ url: string; port: number }> & AsyncDisposable;

/** A sender that dawdles is cut off: Seam's webhooks arrive in one piece. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  /** Longer than load balancers keep an idle connection (60 s), so that they close it, not we. */
  keepAliveTimeout: 65_000,
} as const;
const CLOSE_LIMIT_MS = 10_000;

/**
 * Serves routers over HTTP.
 *
 * @param options.port 0 for any free port
 * @throws Error (EADDRINUSE, EACCES, …) when it can't listen there
 */
export const startHttpServer = async (options: {
  host: string;
  port: number;
  routers: readonly Router[];
  log: Logger;
}): Promise<HttpServer> => {
  const app = express().disable('x-powered-by').disable('etag');
  for (const router of options.routers) app.use(router);
  app.use(notFound);
  app.use(errorHandler(options.log));

  const server = createServer(TIMEOUTS, app);
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;

  return {
    url: `http://${host}:${port}`,
    port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
      await closed;
      clearTimeout(timer);
    },
  };
};
