import type { Config } from '../config/config.ts';
import { createMetricsRouter, createScrape, type Scrape } from '../http/metrics.ts';
import { type HttpServer, startHttpServer } from '../http/server.ts';
import type { Metrics } from '../metrics/registry.ts';
import type { Context } from './context.ts';

/** The figures of this process; null: nobody is to ask for them, and nothing that counts is loaded. */
export const metricsFor = async ({
  metricsPort,
}: Pick<Config, 'metricsPort'>): Promise<Metrics | null> =>
  metricsPort === undefined ? null : loadMetrics();

/** Figures of this process, for whoever is asked for them: what counts is loaded only now. */
const loadMetrics = async (options?: Readonly<{ ofNode: boolean }>): Promise<Metrics> =>
  (await import('../metrics/registry.ts')).createMetrics(options);

/** Figures without those of Node, which an app has by itself. */
export const metricsWithin = (): Promise<Metrics> => loadMetrics({ ofNode: false });

/** What there is to be scraped of this process. */
export const scrapeOf = (
  { database: { pool }, log }: Pick<Context, 'database' | 'log'>,
  metrics: Metrics,
): Scrape => {
  metrics.instruments.pool('main', pool);
  return createScrape(metrics, pool, log);
};

/** Serves `/metrics` on a port of its own, and nothing else there. @returns undefined where there is none */
export const startMetrics = async (
  context: Pick<Context, 'database' | 'log'>,
  metrics: Metrics | null,
  { host, metricsPort }: Pick<Config, 'host' | 'metricsPort'>,
): Promise<HttpServer | undefined> => {
  if (metrics === null || metricsPort === undefined) return undefined;
  const { log } = context;
  const server = await startHttpServer({
    ...{ host, port: metricsPort, portSetting: 'METRICS_PORT' },
    ...{ maxConnections: MOST_CONNECTIONS, log },
    routers: [createMetricsRouter(scrapeOf(context, metrics))],
  });
  log.info({ url: server.url }, 'listening for Prometheus');
  return server;
};

/** A few that scrape. */
const MOST_CONNECTIONS = 50;
