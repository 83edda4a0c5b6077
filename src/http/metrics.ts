import { Router } from 'express';
import type pg from 'pg';
import type { Metrics } from '../metrics/registry.ts';
import type { Vitals } from '../model/vitals.ts';
import type { Logger } from '../ops/log.ts';
import { readVitals } from '../vitals/read.ts';
import { methodNotAllowed } from './errors.ts';

/** So long what was read is told again: several that scrape, or one that hurries, cost one question a second. */
const KEPT_MS = 1_000;
/** Whoever scrapes waits ten seconds as a rule, and the figures of this process are there at once. */
const READ_LIMIT_MS = 2_000;

const inTime = async <T>(reading: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), READ_LIMIT_MS);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** @returns what was last measured; undefined where it can't be read, which fails nothing */
const createReader = (
  pool: Pick<pg.Pool, 'query'>,
  log: Logger,
): (() => Promise<Vitals | null | undefined>) => {
  let kept: Readonly<{ at: number; vitals: Promise<Vitals | null | undefined> }> | null = null;
  const read = async (): Promise<Vitals | null | undefined> => {
    try {
      return (await inTime(readVitals(pool))).vitals;
    } catch (err) {
      log.debug({ err }, 'what was measured could not be read');
      return undefined;
    }
  };
  return () => {
    const now = performance.now();
    if (kept === null || now - kept.at >= KEPT_MS) kept = { at: now, vitals: read() };
    return kept.vitals;
  };
};

/** Answers whoever scrapes: a text, and what kind of text it is. */
export type Scrape = () => Promise<Readonly<{ contentType: string; body: string }>>;

/** The figures of this process, and what was last measured of the whole: one row, read by its key. */
export const createScrape = (
  { render, contentType }: Metrics,
  pool: Pick<pg.Pool, 'query'>,
  log: Logger,
): Scrape => {
  const read = createReader(pool, log);
  return async () => ({ contentType, body: await render(await read()) });
};

/** The same at `GET /metrics`. */
export const createMetricsRouter = (scrape: Scrape): Router => {
  const router = Router();
  router
    .route('/metrics')
    .get(async (_request, response) => {
      const { contentType, body } = await scrape();
      response.set('content-type', contentType).send(body);
    })
    .all(methodNotAllowed('GET'));
  return router;
};
