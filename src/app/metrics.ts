import type { Config } from '../config/config.ts';
import { createMetricsRouter } from '../http/metrics.ts';
import { type HttpServer, startHttpServer } from '../http/server.ts';
import { createMetrics, type Metrics } from '../metrics/registry.ts';
import type { Context } from './context.ts';

/** The figures of this process; null: nobody is to ask for them. */
export const metricsFor = ({ metricsPort }: Pick<Config, 'metricsPort'>): Metrics | null =>
  metricsPort === undefined ? null : createMetrics();

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
