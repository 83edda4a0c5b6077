import pg from 'pg';
import { insertEndpoint, TELLING_ENV } from '../fixtures/endpoint.ts';
import { freePort } from '../fixtures/ports.ts';
import { SECRET } from '../fixtures/settings.ts';
import { until } from '../fixtures/wait.ts';
import { type ChaosApp, startApp } from './app.ts';
import type { QueueKind } from './faults.ts';
import { type Hearing, startHearing } from './hearing.ts';
import { createMember, type Member } from './member.ts';
import { startOnCall } from './on-call.ts';
import { type KillablePostgres, openPostgres } from './postgres.ts';
import { prepareDatabase } from './prepare-database.ts';
import { type KillableRedis, openRedis } from './redis.ts';
import { type ChaosSeam, startSeam } from './seam-front.ts';

/** Everything that is started: what the program uses, and the program itself, several times. */
export type Rig = Readonly<{
  postgres: KillablePostgres;
  /** null: the queue lives in Postgres. */
  redis: KillableRedis | null;
  seam: ChaosSeam;
  /** What is told. */
  app: ChaosApp;
  /** Who is told of alerts. */
  hearing: Hearing;
  serves: readonly [Member, Member];
  works: readonly [Member, Member];
  urls: readonly string[];
  /** The settings that all have: what a command needs, too. */
  env: Settings;
  secret: string;
  /** For looking into the books. Its queries fail while Postgres is away. */
  pool: pg.Pool;
}> &
  AsyncDisposable;

const READY_LIMIT_MS = 180_000;

export type Settings = Readonly<Record<string, string>>;

export type RigOptions = Readonly<{
  queue: QueueKind;
  users: readonly string[];
  seed: string;
  /** Once it fires, no process is started again. */
  signal: AbortSignal;
  /** Arranges what Seam has, and says which workspaces are served; absent: the only one. */
  serve?: (seam: ChaosSeam) => Promise<Settings>;
  /** What one process gets besides, by its name. */
  own?: (member: string) => Settings;
}>;

const serveOnly = async ({ apiKey }: ChaosSeam): Promise<Settings> => ({
  SEAM_API_KEY: apiKey,
  SEAM_WEBHOOK_SECRET: SECRET,
});

export const openRig = async (options: RigOptions): Promise<Rig> => {
  const { queue, users, seed, signal, serve = serveOnly, own = () => ({}) } = options;
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await openPostgres());
  const redis = queue === 'redis' ? stack.use(await openRedis()) : null;
  const seam = stack.use(await startSeam(seed));
  const app = stack.use(await startApp());
  const hearing = stack.use(await startHearing());
  const settings = {
    ...TELLING_ENV,
    ...hearing.env,
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
    ...(await serve(seam)),
    SEAM_ENDPOINT: seam.endpoint,
  };
  const runUrl = await prepareDatabase(postgres.url, settings);
  const env = { ...settings, DATABASE_URL: runUrl };

  const pool = new pg.Pool({
    connectionString: postgres.url,
    application_name: 'chaos',
    max: 2,
    connectionTimeoutMillis: 2_000,
    query_timeout: 20_000,
  });
  // Lost connections are what this program is about.
  pool.on('error', () => undefined);
  stack.defer(() => pool.end());
  await pool.query('insert into reconciler.users (id) select unnest($1::text[])', [users]);
  app.know((await insertEndpoint(pool, app.url)).secret);
  stack.use(startOnCall(pool, app, env));

  const member = (name: string, args: string[], more: Settings = {}): Member => {
    const all = { ...env, ...more, ...own(name) };
    const made = stack.use(createMember({ name, args, env: all, signal }));
    made.start();
    return made;
  };
  const ports = [await freePort(), await freePort()] as const;
  const urls = ports.map(port => `http://127.0.0.1:${port}`);
  // As Seam needs it: else there would be an alert that never ends.
  await seam.registerEndpoint(`${urls[0]}/webhooks/seam`, SECRET);
  const serves = [
    member('serve 0', ['serve'], { PORT: String(ports[0]) }),
    member('serve 1', ['serve'], { PORT: String(ports[1]) }),
  ] as const;
  const works = [member('work 0', ['work']), member('work 1', ['work'])] as const;
  for (const url of urls) {
    await until(`${url} to be ready`, () => isReady(url, signal), READY_LIMIT_MS);
  }

  const owned = stack.move();
  return {
    postgres,
    redis,
    seam,
    app,
    hearing,
    serves,
    works,
    urls,
    env,
    secret: SECRET,
    pool,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

const isReady = async (url: string, signal: AbortSignal): Promise<boolean> => {
  signal.throwIfAborted();
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch (error) {
    // Not listening yet.
    if (error instanceof Error) return false;
    throw error;
  }
};
