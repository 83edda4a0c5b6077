import type { Config } from '../config/config.ts';
import { createMetricsRouter } from '../http/metrics.ts';
import { type HttpServer, startHttpServer } from '../http/server.ts';
import type { Metrics } from '../metrics/registry.ts';
import type { Context } from './context.ts';

/** The figures of this process; null: nobody is to ask for them, and nothing that counts is loaded. */
export const metricsFor = async ({
  metricsPort,
}: Pick<Config, 'metricsPort'>): Promise<Metrics | null> => {
  if (metricsPort === undefined) return null;
  const { createMetrics } = await import('../metrics/registry.ts');
  return createMetrics();
};

/** Serves `/metrics` on a port of its own, and nothing else there. @returns undefined where there is none */
export const startMetrics = async (
  { database: { pool }, log }: Pick<Context, 'database' | 'log'>,
  metrics: Metrics | null,
  { host, metricsPort }: Pick<Config, 'host' | 'metricsPort'>,
): Promise<HttpServer | undefined> => {
  if (metrics === null || metricsPort === undefined) return undefined;
  metrics.instruments.pool('main', pool);
  const server = await startHttpServer({
    ...{ host, port: metricsPort, portSetting: 'METRICS_PORT' },
    ...{ maxConnections: MOST_CONNECTIONS, log },
    routers: [createMetricsRouter(metrics, pool, log)],
  });
  log.info({ url: server.url }, 'listening for Prometheus');
  return server;
};

/** A few that scrape. */
const MOST_CONNECTIONS = 50;
