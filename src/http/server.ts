import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import express, { type Router } from 'express';
import type { TrustProxy } from '../config/doors.ts';
import type { Logger } from '../ops/log.ts';
import { limitConnections } from './connections.ts';
import { errorHandler, notFound } from './errors.ts';
import { NO_PAGE } from './no-page.ts';
import { giveRequestId } from './request-id.ts';

/** An HTTP server that is listening. Disposing of it answers what was accepted, then closes. */
export type HttpServer = Readonly<{ url: string; port: number }> & AsyncDisposable;

/** A sender that dawdles is cut off: Seam's webhooks arrive in one piece. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  /** How often the two above are looked at; Node's default is every 30 s. */
  connectionsCheckingInterval: 2_000,
  /** Longer than load balancers keep an idle connection (60 s), so that they close it, not we. */
  keepAliveTimeout: 65_000,
} as const;
const CLOSE_LIMIT_MS = 10_000;

/** The host or port can't be listened on. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  constructor(
    {
      host,
      port,
      portSetting = 'PORT and CONSOLE_PORT',
    }: { host: string; port: number; portSetting?: string },
    cause: unknown,
  ) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    super(
      `Can't listen on ${host}, port ${port} (${code}). Choose another with HOST and ${portSetting}.`,
      { cause },
    );
  }
}

const BAD_REQUEST = JSON.stringify({
  error: { type: 'bad_request', message: "This isn't a valid HTTP request." },
});

/** Rubbish, or a sender that dawdled: there is no request yet that could be answered. */
const refuseConnection = (socket: Duplex): void => {
  // After an answer on this connection, another would be taken for a part of it.
  if (!socket.writable || ('bytesWritten' in socket && socket.bytesWritten !== 0)) {
    socket.destroy();
    return;
  }
  const headers = { connection: 'close', 'content-type': 'application/json', ...NO_PAGE };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 400 Bad Request\r\n${lines.join('')}`;
  // Node no longer counts this connection: who ignores our end of it must not keep it open.
  socket.once('finish', () => socket.destroy());
  socket.end(`${head}content-length: ${Buffer.byteLength(BAD_REQUEST)}\r\n\r\n${BAD_REQUEST}`);
};

/**
 * A client that keeps its connection would send on it just as we close it, and never know whether that was heard. So
 * from the time that `leaving` fires it is told to close it after the answer, also with answers under way.
 *
 * @returns to be called with each response
 */
const endKeptConnections = (
  leaving: AbortSignal | undefined,
): ((response: ServerResponse) => void) => {
  if (leaving === undefined) return () => undefined;
  const underWay = new Set<ServerResponse>();
  const tell = (response: ServerResponse): void => {
    if (!response.headersSent) response.setHeader('connection', 'close');
  };
  leaving.addEventListener('abort', () => underWay.forEach(tell), { once: true });
  return response => {
    if (leaving.aborted) tell(response);
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
  };
};

/**
 * Serves routers over HTTP.
 *
 * @param options.port 0 for any free port
 * @param options.portSetting what its port is set with, where that is neither PORT nor CONSOLE_PORT
 * @param options.sharesPort other processes may listen on the same port; the kernel shares the
 *   connections out (SO_REUSEPORT, not on macOS and Windows)
 * @param options.trustProxy whose X-Forwarded-For is believed; left out: nobody's
 * @param options.maxConnections so many may be open at a time; left out: any number
 * @param options.leaving once it has fired, each answer is the last of its connection, and says so
 * @throws ListenError when it can't listen there
 */
export const startHttpServer = async (options: {
  host: string;
  port: number;
  portSetting?: string;
  sharesPort?: boolean;
  trustProxy?: TrustProxy;
  maxConnections?: number;
  leaving?: AbortSignal | undefined;
  routers: readonly Router[];
  log: Logger;
}): Promise<HttpServer> => {
  const { trustProxy = 0, maxConnections } = options;
  const app = express().disable('x-powered-by').disable('etag');
  app.set('trust proxy', typeof trustProxy === 'number' ? trustProxy : [...trustProxy]);
  app.use((_request, response, next) => {
    response.set(NO_PAGE);
    next();
  });
  app.use(giveRequestId);
  for (const router of options.routers) app.use(router);
  app.use(notFound);
  app.use(errorHandler(options.log));

  const sayLeaving = endKeptConnections(options.leaving);
  const server = createServer(TIMEOUTS, (request, response) => {
    sayLeaving(response);
    const target = request.url ?? '';
    // Express would answer a target that it can't read with a page of its own.
    if (target.startsWith('/') || URL.canParse(target)) app(request, response);
    else {
      const headers = { 'content-type': 'application/json', ...NO_PAGE };
      response.writeHead(400, headers).end(BAD_REQUEST);
    }
  });
  server.on('clientError', (_error, socket) => refuseConnection(socket));
  if (maxConnections !== undefined) limitConnections(server, maxConnections, options.log);
  const { host: address, sharesPort: reusePort = false } = options;
  server.listen({ port: options.port, host: address, reusePort });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new ListenError(options, cause);
  }
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;

  return {
    url: `http://${host}:${port}`,
    port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      // What has come by now is read first: an idle connection may have become one with a request.
      await setImmediate();
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
      await closed;
      clearTimeout(timer);
    },
  };
};
