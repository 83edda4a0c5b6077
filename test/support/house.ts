import { inject } from 'vitest';
import type { EventBody } from '../../src/sandbox/event.ts';
import { findMatches, type Match } from '../../src/support/cases/find.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { type Running, start } from './processes.ts';
import { createRedis, type TestRedis } from './redis.ts';
import { startTestSeam, type TestSeam } from './seam.ts';
import { SECRET } from './settings.ts';
import { until } from './wait.ts';
import { postAll } from './webhooks.ts';

export type BackendKind = 'postgres' | 'redis';

/** What the suites run on; global-setup says so loudly when Redis is left out. */
export const BACKENDS: readonly BackendKind[] = inject('hasRedis')
  ? ['postgres', 'redis']
  : ['postgres'];

/** The whole of it as a user runs it: `serve` and `work` as processes, Postgres, the queue, Seam's fake. */
export type House = Readonly<{
  url: string;
  database: TestDatabase;
  redis: TestRedis | null;
  seam: TestSeam;
  env: Readonly<Record<string, string>>;
  serve: Running;
  work: Running;
  /** Posts events and insists that each is answered 204. */
  deliver: (...events: EventBody[]) => Promise<void>;
  /** The one case that an id leads to. */
  find: (id: string) => Promise<Match | undefined>;
  /** Waits until the case of an id is in a state and nothing is owed any more. */
  settled: (id: string, state: string) => Promise<Match>;
  addUser: (id: string) => Promise<void>;
}> &
  AsyncDisposable;

type Env = Readonly<Record<string, string>>;

export const openHouse = async (
  kind: BackendKind,
  options: {
    env?: Env | ((seam: TestSeam) => Promise<Env>);
    prepare?: (db: TestDatabase) => Promise<void>;
  } = {},
): Promise<House> => {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  await options.prepare?.(database);
  const redis = kind === 'redis' ? stack.use(await createRedis({ started: true })) : null;
  const seam = stack.use(await startTestSeam());
  const env = {
    DATABASE_URL: database.url,
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
    SEAM_API_KEY: seam.apiKey,
    SEAM_ENDPOINT: seam.endpoint,
    SEAM_WEBHOOK_SECRET: SECRET,
    PORT: '0',
    ...(typeof options.env === 'function' ? await options.env(seam) : options.env),
  };
  const work = stack.use(start(['work'], env));
  const serve = stack.use(start(['serve'], env));
  const { url } = await serve.logged('listening');
  await work.logged('worker ready');

  const find = async (id: string): Promise<Match | undefined> =>
    (await findMatches(database.db, id)).at(0);
  return {
    url: String(url),
    database,
    redis,
    seam,
    env,
    serve,
    work,
    find,
    deliver: async (...events) => {
      const answers = await postAll(String(url), events);
      const refused = answers.filter(status => status !== 204);
      if (refused.length > 0) throw new Error(`webhooks were answered ${refused.join(', ')}`);
    },
    settled: (id, state) =>
      until(`${id} to be ${state}`, async () => {
        const match = await find(id);
        const isDone = match?.state === state && match.observed_generation === match.generation;
        return isDone ? match : null;
      }),
    addUser: async id => {
      await database.pool.query('insert into reconciler.users (id) values ($1)', [id]);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};
